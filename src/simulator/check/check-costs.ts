/**
 * Asks the server what usage costs and compares with the oracle: exact by month, rounded as a statement would for one
 * month, and the analysis over the whole span.
 */
import { compare, compareFields } from '../difference.ts';
import { expectOk, readAllPages } from '../http-api.ts';
import { inFlight } from '../in-flight.ts';
import { categoryOf, usageFactor, writeFactor } from '../oracle/analysis.ts';
import { roundCost, writeCost, writeMoney, writeQuantity } from '../oracle/costs.ts';
import type { MonthCost } from '../oracle/oracle.ts';
import type { WorldCustomer } from '../workload/world.ts';
import { type CheckParts, questionsInFlight, spanQuery } from './check-parts.ts';

interface CostRow {
  readonly window_start: string;
  readonly service: string;
  readonly cost: string;
  readonly currency: string;
  readonly events: number;
}

interface CustomerUsage {
  readonly currency: string;
  readonly services: readonly {
    readonly service: string;
    readonly quantity: string;
    readonly events: number;
    readonly cost: string | null;
  }[];
  readonly total_cost: string;
}

export interface AnalysisItem {
  readonly customer_id: string;
  readonly events: number;
  readonly total_quantity: string;
  readonly total_cost: string;
  readonly currency: string;
  readonly usage_factor: string;
  readonly category: string;
}

/** Rounding is looked at for so many customers: each month is a question. */
const roundedCustomersMax = 200;

export async function checkCosts(parts: CheckParts): Promise<void> {
  const { customers } = parts.world;
  await inFlight(customers, questionsInFlight, (customer) => checkMonths(parts, customer));
  await inFlight(customers.slice(0, roundedCustomersMax), questionsInFlight, (customer) =>
    checkRounded(parts, customer),
  );
}

/** Windows are clipped to the span that was asked for; months are told by where they end up. */
async function checkMonths(parts: CheckParts, customer: WorldCustomer): Promise<void> {
  const { api, oracle, comparison, world } = parts;
  const where = 'GET /v1/costs by month';
  const query = spanQuery(parts, { customer_id: customer.id, window: 'month', group_by: 'service' });
  const { rows } = await expectOk<{ rows: readonly CostRow[] }>(api, 'GET', `/v1/costs?${query}`);
  const found = new Map(rows.map((row) => [`${row.service} ${Date.parse(row.window_start)}`, row]));
  const priced = oracle.months(customer).filter((month) => month.unpricedEvents < month.events);
  for (const { service, fromMs, cost, events, unpricedEvents } of priced) {
    const row = found.get(`${service} ${Math.max(fromMs, world.fromMs)}`);
    const at = { where: `${where} from ${new Date(fromMs).toISOString()}`, customer: customer.id, service };
    const expected = { cost: writeCost(cost), currency: customer.currency, events: events - unpricedEvents };
    compareFields(comparison, at, expected, row);
  }
  const got = `${rows.length}`;
  compare(comparison, { where, customer: customer.id, field: 'rows', expected: `${priced.length}`, got });
}

async function checkRounded(parts: CheckParts, customer: WorldCustomer): Promise<void> {
  const byMonth = new Map<number, MonthCost[]>();
  for (const month of parts.oracle.months(customer)) {
    byMonth.set(month.fromMs, [...(byMonth.get(month.fromMs) ?? []), month]);
  }
  for (const months of byMonth.values()) await checkOneMonth(parts, customer, months);
}

async function checkOneMonth(
  { api, comparison }: CheckParts,
  { id, currency }: WorldCustomer,
  months: readonly MonthCost[],
): Promise<void> {
  const [{ fromMs, toMs }] = months as [MonthCost, ...MonthCost[]];
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const path = `/v1/customers/${encodeURIComponent(id)}/usage?${new URLSearchParams(span)}`;
  const usage = await expectOk<CustomerUsage>(api, 'GET', path);
  const at = { where: `GET /v1/customers/{id}/usage from ${span.from}`, customer: id };
  let total = 0n;
  for (const { service, quantity, events, cost, unpricedEvents } of months) {
    if (unpricedEvents > 0) continue;
    total += roundCost(cost, currency);
    const expected = {
      quantity: writeQuantity(quantity),
      events,
      cost: writeMoney(roundCost(cost, currency), currency),
    };
    const got = usage.services.find((entry) => entry.service === service);
    compareFields(comparison, { ...at, service }, expected, got);
  }
  compareFields(comparison, at, { currency, total_cost: writeMoney(total, currency) }, usage);
}

/** Resolves to what the server says of each customer, for the demo's table. */
export async function checkAnalysis(parts: CheckParts): Promise<ReadonlyMap<string, AnalysisItem>> {
  const { api, oracle, comparison, world } = parts;
  const path = `/v1/analysis/customers?${spanQuery(parts, { limit: '1000' })}`;
  const items = new Map(
    (await readAllPages<AnalysisItem>(api, path)).map((item) => [item.customer_id, item]),
  );
  for (const customer of world.customers) {
    // All that was used counts, priced or not: only the cost is of what has a price.
    let [quantity, events] = [0n, 0];
    for (const day of oracle.days(customer.id)) {
      quantity += day.quantity;
      events += day.events;
    }
    const cost = oracle.months(customer).reduce((sum, month) => sum + month.cost, 0n);
    const factor = usageFactor(quantity, cost, events);
    const expected = {
      events,
      total_quantity: writeQuantity(quantity),
      total_cost: writeCost(cost),
      usage_factor: writeFactor(factor),
      category: categoryOf(factor, events),
    };
    const at = { where: 'GET /v1/analysis/customers', customer: customer.id };
    compareFields(comparison, at, expected, items.get(customer.id));
  }
  return items;
}
