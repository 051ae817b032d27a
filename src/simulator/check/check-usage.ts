/**
 * Asks the server for every usage number of the simulated customers, by service and local day, and compares each with the
 * oracle's. Other usage on the same server is left alone. Sums are compared as text: they must be exact.
 */
import { compare, compareFields } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { inFlight } from '../in-flight.ts';
import { writeQuantity } from '../oracle/costs.ts';
import type { DayUsage } from '../oracle/oracle.ts';
import { dateOf } from '../oracle/zones.ts';
import { type CheckParts, questionsInFlight, spanQuery } from './check-parts.ts';

interface UsageRow {
  readonly window_start: string;
  readonly customer_id: string;
  readonly service: string;
  readonly source: string;
  readonly quantity: string;
  readonly events: number;
}

/** By customer, service and day: every customer that has usage, and those of the world that have none. */
export async function checkDays(parts: CheckParts): Promise<void> {
  const { oracle, world } = parts;
  const zones = new Map(world.customers.map(({ id, zone }) => [id, zone]));
  const ids = [...new Set([...zones.keys(), ...oracle.tally.customers()])];
  await inFlight(ids, questionsInFlight, (id) => checkCustomerDays(parts, id, zones.get(id) ?? 'UTC'));
}

async function checkCustomerDays(parts: CheckParts, customer: string, zone: string): Promise<void> {
  const { api, oracle, comparison } = parts;
  const where = 'GET /v1/usage by day';
  const query = spanQuery(parts, { customer_id: customer, window: 'day', group_by: 'service' });
  const { rows } = await expectOk<{ rows: readonly UsageRow[] }>(api, 'GET', `/v1/usage?${query}`);
  const dayOf = (row: UsageRow) => dateOf(oracle.zones.dayOf(Date.parse(row.window_start), zone));
  const found = new Map(rows.map((row) => [`${row.service} ${dayOf(row)}`, row]));
  const days = oracle.days(customer);
  for (const { service, date, quantity, events } of days) {
    const expected = { quantity: writeQuantity(quantity), events };
    compareFields(
      comparison,
      { where: `${where} ${date}`, customer, service },
      expected,
      found.get(`${service} ${date}`),
    );
  }
  const extra = rows.find((row) => !days.some((day: DayUsage) => isOf(day, row, dayOf(row))));
  const got = extra === undefined ? 'none' : `${extra.quantity} on ${dayOf(extra)}`;
  const service = extra === undefined ? {} : { service: extra.service };
  compare(comparison, {
    where,
    customer,
    ...service,
    field: 'usage that nobody sent',
    expected: 'none',
    got,
  });
}

function isOf(day: DayUsage, row: UsageRow, date: string): boolean {
  return day.service === row.service && day.date === date;
}

/** What came from each source, over all customers. */
export async function checkSources(parts: CheckParts): Promise<void> {
  const { api, oracle, comparison, world } = parts;
  for (const source of world.sources) {
    const query = spanQuery(parts, { source, group_by: 'source' });
    const { rows } = await expectOk<{ rows: readonly UsageRow[] }>(api, 'GET', `/v1/usage?${query}`);
    const sum = oracle.tally.bySource().get(source) ?? { quantity: 0n, events: 0 };
    const got = rows[0] ?? { quantity: '0', events: 0 };
    const expected = { quantity: writeQuantity(sum.quantity), events: sum.events };
    compareFields(comparison, { where: `GET /v1/usage of source ${source}` }, expected, got);
  }
}
