/**
 * The questions a client may ask, and the records it may keep: one method a route. Each rejects with a BillingError
 * that has the server's `code`, `status`, `field` and `requestId`.
 */
import {
  type Asking,
  getItems,
  getObject,
  pathSegment,
  queryText,
  withMembers,
  writeObject,
} from './ask-server.ts';
import type { CustomerUsage, ListedEvent } from './wire/answers.ts';
import type {
  CostAnswer,
  Customer,
  CustomerInput,
  Explanation,
  Price,
  PriceInput,
  Service,
  ServiceInput,
  Statement,
  UsageAnswer,
} from './wire/records.ts';

/** Half-open: `from` belongs to the span, `to` does not. RFC 3339. */
export interface Span {
  from?: string | undefined;
  to?: string | undefined;
}

export interface EventQuery extends Span {
  customer_id?: string | undefined;
  service?: string | undefined;
  source?: string | undefined;
  /** By time, then sequence. Default `desc`: newest first. */
  order?: 'asc' | 'desc' | undefined;
  /** Events a page (a request), 1 to 1,000; the iterator goes on over all pages. Default: the server's 100. */
  limit?: number | undefined;
}

/** Of `getCosts` and `queryUsage`. Without `from` and `to`: the current month. */
export interface UsageQuery extends Span {
  customer_id?: string | undefined;
  service?: string | undefined;
  meter?: string | undefined;
  source?: string | undefined;
  /** `minute`, `hour`, `day`, `week`, `month` or `year`, with an optional factor: `15minute`. */
  window?: string | undefined;
  /** IANA. Default: the customer's when one is named, else UTC. */
  time_zone?: string | undefined;
  /** Comma-separated: `customer_id`, `service`, `source`, `properties.NAME`. */
  group_by?: string | undefined;
  /** A sequence or a time: the answer as it was then. */
  as_of?: string | undefined;
}

export interface ListQuery {
  /** Items a page (a request), 1 to 1,000. Default: the server's 100. */
  limit?: number | undefined;
}

export interface PriceQuery extends ListQuery {
  service?: string | undefined;
  meter?: string | undefined;
  customer_id?: string | undefined;
}

export interface Health {
  status: string;
}

/** A statement's id is a customer's and a period. */
const statementIdLengthMax = 160;

export class BillingReader {
  readonly #asking: Asking;
  readonly #mintId: () => string;

  protected constructor(asking: Asking, mintId: () => string) {
    this.#asking = asking;
    this.#mintId = mintId;
  }

  /** What a customer used and what it cost in `[from, to)`; by default in the current month of their zone. */
  async getUsage(customerId: string, { from, to }: Span = {}): Promise<CustomerUsage> {
    const path = `/v1/customers/${pathSegment('customer_id', customerId)}/usage`;
    return getObject(this.#asking, path + queryText({ from, to }), withMembers('services'));
  }

  /** How much was used, by window and group. */
  async queryUsage(query: UsageQuery = {}): Promise<UsageAnswer> {
    return getObject(this.#asking, `/v1/usage${queryText(query)}`, withMembers('rows'));
  }

  /** What usage cost, exact and unrounded, by window and group; what has no price is listed as `unpriced`. */
  async getCosts(query: UsageQuery = {}): Promise<CostAnswer> {
    return getObject(this.#asking, `/v1/costs${queryText(query)}`, withMembers('rows', 'unpriced'));
  }

  /** The stored events that match, over all pages. Nothing is asked before the first is wanted. */
  getEvents(query: EventQuery = {}): AsyncGenerator<ListedEvent, void, undefined> {
    return getItems(this.#asking, '/v1/events', query);
  }

  /** One stored event. `not_found` when there is none. */
  async getEvent(source: string, id: string): Promise<ListedEvent> {
    return getObject(this.#asking, eventPath(source, id), withMembers('id', 'quantity'));
  }

  /** Every statement line that an event is in, or the reason why it is in none. */
  async explainEvent(source: string, id: string): Promise<Explanation> {
    return getObject(this.#asking, `${eventPath(source, id)}/explain`, (answer) => answer);
  }

  /** A statement by its id, `customer:period`. */
  async getStatement(id: string): Promise<Statement> {
    return getObject(this.#asking, statementPath(id), withMembers('id', 'lines', 'total'));
  }

  /** From a line down to its prices, tier slices, quantities and events. */
  async explainStatementLine(id: string, line: string | number): Promise<Explanation> {
    const path = `${statementPath(id)}/lines/${pathSegment('line', String(line))}/explain`;
    return getObject(this.#asking, path, (answer) => answer);
  }

  async getCustomer(id: string): Promise<Customer> {
    return getObject(this.#asking, `/v1/customers/${pathSegment('id', id)}`, withMembers('id', 'name'));
  }

  /** Creates or replaces; what is left out keeps its stored value. */
  async putCustomer(id: string, customer: CustomerInput): Promise<Customer> {
    const path = `/v1/customers/${pathSegment('id', id)}`;
    return writeObject(this.#asking, 'PUT', path, customer, withMembers('id', 'name'));
  }

  /** All that are not archived, over all pages. */
  listCustomers(query: ListQuery = {}): AsyncGenerator<Customer, void, undefined> {
    return getItems(this.#asking, '/v1/customers', query);
  }

  async getService(id: string): Promise<Service> {
    return getObject(this.#asking, `/v1/services/${pathSegment('id', id)}`, withMembers('id', 'name'));
  }

  /** Creates or replaces; what is left out keeps its stored value. */
  async putService(id: string, service: ServiceInput): Promise<Service> {
    const path = `/v1/services/${pathSegment('id', id)}`;
    return writeObject(this.#asking, 'PUT', path, service, withMembers('id', 'name'));
  }

  /** All that are not archived, over all pages. */
  listServices(query: ListQuery = {}): AsyncGenerator<Service, void, undefined> {
    return getItems(this.#asking, '/v1/services', query);
  }

  async getPrice(id: string): Promise<Price> {
    return getObject(this.#asking, `/v1/prices/${pathSegment('id', id)}`, withMembers('id', 'model'));
  }

  /** Makes a price version. Without an `id` it gets one before the first attempt, so that a repeat is the same. */
  async postPrice(price: PriceInput): Promise<Price> {
    const identified = { ...price, id: price.id ?? this.#mintId() };
    return writeObject(this.#asking, 'POST', '/v1/prices', identified, withMembers('id', 'model'));
  }

  /** Price versions, superseded ones too, over all pages. */
  listPrices(query: PriceQuery = {}): AsyncGenerator<Price, void, undefined> {
    return getItems(this.#asking, '/v1/prices', query);
  }

  /** Resolves to `{ status: 'healthy' }`; rejects when the server does not say so. */
  async healthCheck(): Promise<Health> {
    return getObject(this.#asking, '/health', ({ status }) =>
      typeof status === 'string' ? { status } : null,
    );
  }
}

function eventPath(source: string, id: string): string {
  return `/v1/events/${pathSegment('source', source)}/${pathSegment('id', id)}`;
}

function statementPath(id: string): string {
  return `/v1/statements/${pathSegment('id', id, statementIdLengthMax)}`;
}
