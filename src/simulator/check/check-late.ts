/**
 * Events that come late for a closed month, under either policy, and what the next month owes for them. Which amounts those
 * are is the oracle's to say.
 */
import { expectOk } from '../http-api.ts';
import type { Policy } from '../oracle/statement/adjustments.ts';
import type { MonthSpan, StatementBook } from '../oracle/statement/statement.ts';
import type { WorldCustomer } from '../workload/world.ts';
import type { CheckParts } from './check-parts.ts';

/** What is late has a service that the customer uses. */
export function lateService({ world }: Pick<CheckParts, 'world'>, customer: WorldCustomer): string | null {
  return world.services[customer.services[0] ?? 0]?.name ?? null;
}

/** Between them on both sides of each limit that a filter has; numbers and texts, and none at all. */
const lateProperties: readonly object[] = [
  { size: 7.5 },
  { region: 'eu-west-1', size: 7 },
  { size: 8, plan: 'late' },
  {},
];

/** Events on the first and on the last millisecond of the closed month; `turn` counts those of a customer. */
export async function sendLate(
  { api, oracle, world }: CheckParts,
  customer: WorldCustomer,
  month: MonthSpan,
  turn: 0 | 1 | 2,
): Promise<void> {
  const service = lateService({ world }, customer);
  if (service === null) return;
  const events = [month.fromMs, month.toMs - 1].map((timeMs, at) => ({
    ...{ source: world.sources[0], id: `late-${customer.id}-${turn}-${at}`, customer_id: customer.id },
    ...{ service, time: new Date(timeMs).toISOString(), quantity: `1${turn}.5`, amount: '3.21' },
    properties: lateProperties[(2 * turn + at) % lateProperties.length],
  }));
  await expectOk(api, 'POST', '/v1/events', events);
  for (const event of events) oracle.judge(JSON.stringify(event));
}

/** What comes late for the customer from now on meets the policy. */
export async function setPolicy(
  { api }: CheckParts,
  book: StatementBook,
  customer: WorldCustomer,
  policy: Policy,
): Promise<void> {
  const { id, name, zone, currency } = customer;
  const record = { name, time_zone: zone, currency, late_policy: policy };
  await expectOk(api, 'PUT', `/v1/customers/${encodeURIComponent(id)}`, record);
  book.setPolicy(customer, policy);
}
