/**
 * A server double for the comparison of statements: it answers as the contract has it, over a tally of its own, but for one
 * fault. It holds no test; see scripted-statements.test.ts.
 */
import type { HttpAnswer, HttpApi } from '../../http-api.ts';
import { writeMoney } from '../../oracle/costs.ts';
import { readDecimal } from '../../oracle/exact.ts';
import type { CountedEvent } from '../../oracle/judge.ts';
import type { Oracle } from '../../oracle/oracle.ts';
import type { Policy } from '../../oracle/statement/adjustments.ts';
import type { Version } from '../../oracle/statement/line.ts';
import { writeRatio } from '../../oracle/statement/ratio.ts';
import {
  type ExpectedStatement,
  type MonthSpan,
  makeStatementBook,
  type StatementCustomer,
  type StatementMeter,
} from '../../oracle/statement/statement.ts';
import type { World } from '../../workload/world.ts';
import { amountsOf, type PreviewPlace } from '../compare-preview.ts';
import { nameOf } from '../compare-statement.ts';
import { defaultMeters, heirOf, versionsIn, worldPrices } from '../statement-catalog.ts';
import type { StatementPrice } from '../statement-prices.ts';

/** One way to be wrong. */
export interface Fault {
  readonly version?: (version: Version) => Version;
  readonly meter?: (meter: StatementMeter) => StatementMeter;
  readonly ignoresVoid?: boolean;
  /** What counts of an amended event. */
  readonly amended?: (amended: CountedEvent, before: CountedEvent) => CountedEvent;
  /** Earlier amends do not fall away. */
  readonly amendsAddUp?: boolean;
  readonly lateInOpenMonth?: boolean;
  readonly withoutAdjustments?: boolean;
  readonly withoutWarnings?: boolean;
  /** What is ignored is charged, or what was ignored comes back. */
  readonly policy?: (policy: Policy) => Policy;
  readonly ignoresAsOf?: boolean;
  readonly previewsNothing?: boolean;
  readonly statement?: (statement: ExpectedStatement) => ExpectedStatement;
  readonly month?: (month: MonthSpan) => MonthSpan;
}

type Sent = { readonly id: string; readonly time: string };

interface Correction {
  readonly id: string;
  readonly action: 'void' | 'amend';
  readonly source: string;
  readonly event_id: string;
  readonly event?: {
    readonly quantity?: string;
    readonly customer_id?: string;
    readonly time?: string;
    readonly service?: string;
    readonly properties?: { readonly region?: string };
  };
}

const answer = (status: number, body: unknown): HttpAnswer => ({ status, body, retryAfter: null });

export class ScriptedServer implements HttpApi {
  private readonly fault: Fault;
  private readonly oracle: Oracle;
  private readonly customers: readonly StatementCustomer[];
  private readonly prices: StatementPrice[];
  private readonly meters: StatementMeter[];
  private readonly toMs: number;
  private readonly book;
  private readonly corrections = new Map<string, string>();
  private readonly corrected = new Map<string, { action: 'void' | 'amend'; now: CountedEvent }>();
  private readonly closed = new Map<string, ExpectedStatement>();

  constructor(world: World, oracle: Oracle, fault: Fault) {
    this.fault = fault;
    this.oracle = oracle;
    this.toMs = world.toMs;
    this.customers = world.customers.flatMap((customer) => [customer, heirOf(customer)]);
    this.prices = worldPrices(world);
    this.meters = defaultMeters(world);
    const versionsOf = versionsIn(() => this.prices);
    this.book = makeStatementBook({
      ...{ tally: oracle.tally, zones: oracle.zones, meters: this.meters },
      versionsOf: (customer, meter) =>
        versionsOf(customer, meter).map((version) => fault.version?.(version) ?? version),
    });
  }

  async send(): Promise<HttpAnswer> {
    throw new Error('nothing is sent as it stands here');
  }

  async request(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    if (path === '/v1/prices') this.prices.push(body as StatementPrice);
    else if (path === '/v1/meters') this.addMeter(body as StatementMeter);
    else if (path === '/v1/corrections') return this.correct(body as Correction);
    else if (path === '/v1/corrections/preview') return this.preview(body as Correction);
    else if (path === '/v1/events') {
      return answer(200, { results: (body as Sent[]).map((event) => this.take(event)) });
    } else if (method === 'PUT') this.put(path, body as { late_policy?: Policy });
    else return this.statement(method, path, body);
    return answer(201, {});
  }

  private addMeter(meter: StatementMeter): void {
    this.meters.push(this.fault.meter?.(meter) ?? meter);
  }

  private customerAt(path: string): StatementCustomer {
    const customer = this.customers.find(({ id }) => path.split('/')[3] === id);
    if (customer === undefined) throw new Error(`${path} is not scripted`);
    return customer;
  }

  private put(path: string, { late_policy: policy }: { late_policy?: Policy }): void {
    if (policy === undefined) return;
    this.book.setPolicy(this.customerAt(path), this.fault.policy?.(policy) ?? policy);
  }

  private statement(method: string, path: string, body: unknown): HttpAnswer {
    const customer = this.customerAt(path);
    const query = Object.fromEntries(new URL(path, 'http://x').searchParams);
    const { period, as_of } = { ...query, ...(body as object) } as { period: string; as_of?: string };
    const month = (this.fault.month ?? ((one) => one))(this.monthOf(period, customer.zone));
    const key = `${customer.id} ${period}`;
    const known = this.closed.get(key);
    const isFirst = method === 'POST' && known === undefined;
    const asKnown = method === 'POST' || (as_of !== undefined && !this.fault.ignoresAsOf);
    const fresh = () => (isFirst ? this.book.close(customer, month) : this.book.draft(customer, month));
    const statement = asKnown ? (known ?? fresh()) : fresh();
    if (isFirst) this.closed.set(key, statement);
    const told = (this.fault.statement ?? ((one) => one))(this.without(statement));
    return answer(isFirst ? 201 : 200, asWire(told, customer.currency));
  }

  private without(statement: ExpectedStatement): ExpectedStatement {
    if (!this.fault.withoutAdjustments) return statement;
    const total = statement.lines.reduce((sum, { amount }) => sum + amount, 0n);
    return { ...statement, adjustments: [], total };
  }

  private monthOf(period: string, zone: string): MonthSpan {
    const day = Date.parse(`${period}-01T00:00:00Z`) / 86_400_000;
    return { period, ...this.oracle.zones.monthOf(day, zone) };
  }

  private originalOf({ source, event_id }: Correction): CountedEvent {
    const found = this.oracle.samples().find((one) => one.source === source && one.id === event_id);
    if (found === undefined) throw new Error(`${event_id} is not scripted`);
    return found;
  }

  /** What counts now, and what is to count; null: nothing. */
  private changeOf(correction: Correction): { before: CountedEvent; after: CountedEvent | null } {
    const original = this.originalOf(correction);
    const before = this.corrected.get(original.id)?.now ?? original;
    const { event } = correction;
    if (event === undefined) return { before, after: this.fault.ignoresVoid ? before : null };
    const after = amend(this.fault.amendsAddUp ? before : original, event);
    return { before, after: this.fault.amended?.(after, before) ?? after };
  }

  private move(before: CountedEvent, after: CountedEvent | null): void {
    this.oracle.tally.remove(before);
    if (after !== null) this.oracle.tally.add(after);
  }

  private correct(correction: Correction): HttpAnswer {
    const { id, action, event_id } = correction;
    const before = this.corrections.get(id);
    const text = JSON.stringify(correction);
    if (before !== undefined) return answer(before === text ? 200 : 409, { code: 'conflict' });
    if (this.corrected.get(event_id)?.action === 'void') return answer(409, { code: 'already_voided' });
    this.corrections.set(id, text);
    const change = this.changeOf(correction);
    this.move(change.before, change.after);
    this.corrected.set(event_id, { action, now: change.after ?? change.before });
    return answer(201, {});
  }

  private preview(correction: Correction): HttpAnswer {
    if (this.fault.previewsNothing) return answer(200, { changes: [] });
    const { before, after } = this.changeOf(correction);
    const places = [before, after].flatMap((event) => (event === null ? [] : [this.placeOf(event)]));
    const was = amountsOf(this.book, places);
    this.move(before, after);
    const is = amountsOf(this.book, places);
    if (after !== null) this.move(after, before);
    else this.oracle.tally.add(before);
    const changes = [...new Map([...was, ...is])].flatMap(([key, { customer, period, line }]) => {
      const [from, to] = [was.get(key)?.amount ?? 0n, is.get(key)?.amount ?? 0n];
      const money = (minor: bigint) => writeMoney(minor, customer.currency);
      const amounts = { amount_before: money(from), amount_after: money(to), difference: money(to - from) };
      return from === to ? [] : [{ customer_id: customer.id, period, line, ...amounts }];
    });
    return answer(200, { changes });
  }

  private placeOf({ customerId, timeMs }: CountedEvent): PreviewPlace {
    const customer = this.customerAt(`/v1/customers/${customerId}`);
    const day = this.oracle.zones.dayOf(timeMs, customer.zone);
    const period = new Date(day * 86_400_000).toISOString().slice(0, 7);
    return { customer, month: this.monthOf(period, customer.zone) };
  }

  /** A late event, or the original of a corrected one once more. */
  private take(event: Sent): object {
    const corrected = this.corrected.get(event.id);
    if (corrected !== undefined) {
      const warnings = this.fault.withoutWarnings ? [] : [`event_${corrected.action}ed`];
      return { status: 'duplicate', warnings };
    }
    const time = this.fault.lateInOpenMonth ? new Date(this.toMs - 1).toISOString() : event.time;
    this.oracle.judge(JSON.stringify({ ...event, time }));
    return { status: 'accepted' };
  }
}

function amend(event: CountedEvent, change: NonNullable<Correction['event']>): CountedEvent {
  const { quantity, customer_id, time, service, properties } = change;
  return {
    ...event,
    ...(quantity === undefined ? {} : { quantity: readDecimal(quantity, 12) }),
    ...(customer_id === undefined ? {} : { customerId: customer_id }),
    ...(time === undefined ? {} : { timeMs: Date.parse(time) }),
    ...(service === undefined ? {} : { service }),
    ...(properties === undefined
      ? {}
      : { properties: properties.region === undefined ? '' : `region=${JSON.stringify(properties.region)}` }),
  };
}

function asWire({ lines, adjustments, total }: ExpectedStatement, currency: string) {
  const dimensionOf = (value: string | undefined) =>
    value === undefined ? {} : { dimension: JSON.parse(value) as unknown };
  return {
    lines: lines.map((line) => ({
      ...{ line: nameOf(line), meter: line.meter, ...dimensionOf(line.dimension) },
      ...{ quantity: writeRatio(line.quantity), events: line.events },
      ...{ exact_amount: writeRatio(line.exact), amount: writeMoney(line.amount, currency) },
    })),
    adjustments: adjustments.map(({ period, meter, dimension, amount, ignored }) => ({
      ...{ period, meter, ...dimensionOf(dimension), amount: writeMoney(amount, currency) },
      ...(ignored === 0n ? {} : { ignored_amount: writeMoney(ignored, currency) }),
    })),
    total: writeMoney(total, currency),
    watermark: '1',
  };
}
