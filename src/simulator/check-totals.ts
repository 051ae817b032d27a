/**
 * Asks the server for every total of the plan's customers and compares it with the oracle's. Totals of other
 * customers on the same server are left alone. Sums are compared as text: they must be exact.
 */
import type { CustomerUsage } from '@countinghouse/client/wire';
import { type Comparison, compare } from './difference.ts';
import { expectOk, type HttpApi, readAllPages } from './http-api.ts';
import { inFlight } from './in-flight.ts';
import type { ExpectedCustomer } from './oracle/account.ts';
import type { Expectation } from './oracle/expect.ts';
import type { Plan } from './workload/plan.ts';

/** The part of BillingClient that asks. */
export interface UsageReader {
  getUsage(customerId: string, span: { from: string; to: string }): Promise<CustomerUsage>;
}

interface AnalysisItem {
  readonly customer_id: string;
  readonly events: number;
  readonly total_quantity: string;
  readonly total_cost: string;
  readonly currency: string;
  readonly usage_factor: string;
  readonly category: string;
}

/** What the server says of one customer; null where it says nothing. */
export interface CustomerReport {
  readonly customerId: string;
  readonly usage: CustomerUsage;
  readonly analysis: AnalysisItem | null;
}

export interface TotalsCheck {
  readonly plan: Plan;
  readonly expectation: Expectation;
  readonly api: HttpApi;
  readonly reader: UsageReader;
}

interface UsageRow {
  readonly customer_id: string;
  readonly service: string;
  readonly quantity: string;
  readonly events: number;
}

const questionsInFlight = 4;

function spanOf(plan: Plan): { from: string; to: string } {
  // Explicit, because a day of events may lie in two months, and questions default to the current one.
  return { from: new Date(plan.fromMs).toISOString(), to: new Date(plan.toMs).toISOString() };
}

/** Compares the named fields, and says "nothing" where the server had no such entry. */
function compareFields<T extends object>(
  comparison: Comparison,
  at: { where: string; customer: string; service?: string },
  expected: T,
  got: { readonly [K in keyof T]: unknown } | undefined,
): void {
  for (const [field, value] of Object.entries(expected)) {
    const answer = got === undefined ? 'nothing' : `${got[field as keyof T]}`;
    compare(comparison, { ...at, field, expected: `${value}`, got: answer });
  }
}

async function checkUsageRows(
  comparison: Comparison,
  { plan, expectation, api }: TotalsCheck,
): Promise<void> {
  const where = 'GET /v1/usage';
  const query = new URLSearchParams({ ...spanOf(plan), group_by: 'customer_id,service' });
  const { rows } = await expectOk<{ rows: readonly UsageRow[] }>(api, 'GET', `/v1/usage?${query}`);
  const found = new Map(rows.map((row) => [JSON.stringify([row.customer_id, row.service]), row]));
  for (const { customerId: customer, services } of [...expectation.customers, ...expectation.suspended]) {
    for (const { service, quantity, events } of services) {
      const row = found.get(JSON.stringify([customer, service]));
      compareFields(comparison, { where, customer, service }, { quantity, events }, row);
    }
    const got = `${rows.filter((row) => row.customer_id === customer).length}`;
    compare(comparison, { where, customer, field: 'services used', expected: `${services.length}`, got });
  }
}

function checkCustomerUsage(comparison: Comparison, expected: ExpectedCustomer, usage: CustomerUsage): void {
  const where = 'GET /v1/customers/{id}/usage';
  const customer = expected.customerId;
  for (const { service, quantity, events, cost } of expected.services) {
    const got = usage.services.find((entry) => entry.service === service);
    compareFields(comparison, { where, customer, service }, { quantity, events, cost }, got);
  }
  const totals = { services: expected.services.length, total_cost: expected.totalCost, unpriced: 0 };
  const got = { ...usage, services: usage.services.length, unpriced: usage.unpriced.length };
  compareFields(comparison, { where, customer }, totals, got);
}

function checkAnalysis(
  comparison: Comparison,
  expected: ExpectedCustomer,
  item: AnalysisItem | undefined,
): void {
  const fields = {
    events: expected.events,
    total_quantity: expected.totalQuantity,
    total_cost: expected.exactCost,
    usage_factor: expected.usageFactor,
    category: expected.category,
  };
  const at = { where: 'GET /v1/analysis/customers', customer: expected.customerId };
  compareFields(comparison, at, fields, item);
}

async function checkSuspense(comparison: Comparison, { expectation, api }: TotalsCheck): Promise<void> {
  const items = await readAllPages<UsageRow>(api, '/v1/suspense?limit=1000');
  for (const { customerId: customer, services } of expectation.suspended) {
    for (const { service, quantity, events } of services) {
      const item = items.find((entry) => entry.customer_id === customer && entry.service === service);
      compareFields(comparison, { where: 'GET /v1/suspense', customer, service }, { quantity, events }, item);
    }
  }
}

/** Adds to the comparison; resolves to what the server says, in the plan's order of customers. */
export async function checkTotals(comparison: Comparison, check: TotalsCheck): Promise<CustomerReport[]> {
  const { plan, expectation, api, reader } = check;
  await checkUsageRows(comparison, check);
  await checkSuspense(comparison, check);
  const path = `/v1/analysis/customers?${new URLSearchParams({ ...spanOf(plan), limit: '1000' })}`;
  const items = new Map(
    (await readAllPages<AnalysisItem>(api, path)).map((item) => [item.customer_id, item]),
  );
  const usages = new Map<string, CustomerUsage>();
  await inFlight(expectation.customers, questionsInFlight, async ({ customerId }) => {
    usages.set(customerId, await reader.getUsage(customerId, spanOf(plan)));
  });
  return expectation.customers.map((expected) => {
    const { customerId } = expected;
    const usage = usages.get(customerId) as CustomerUsage;
    checkCustomerUsage(comparison, expected, usage);
    checkAnalysis(comparison, expected, items.get(customerId));
    return { customerId, usage, analysis: items.get(customerId) ?? null };
  });
}
