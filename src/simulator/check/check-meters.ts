/**
 * Meters: made after the events, they must answer for the past. For some customers every event of
 * one service is kept, and each aggregation is compared over the whole span.
 */
import { compare } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { quantityDigits } from '../oracle/exact.ts';
import type { CountedEvent } from '../oracle/judge.ts';
import { type Aggregation, type MeteredEvent, meterValue } from '../oracle/statement/meters.ts';
import { ratio, writeRatio } from '../oracle/statement/ratio.ts';
import type { World } from '../workload/world.ts';
import { type CheckParts, spanQuery } from './check-parts.ts';

const aggregations: readonly Aggregation[] = [
  ...(['count', 'sum', 'max', 'min', 'average', 'latest', 'p50', 'p95', 'time_weighted'] as const),
];
const customersMax = 3;

/** Whose events have to be kept for this: a level where there is one. */
export function meteredOf({ services, customers }: World): { service: string; customers: readonly string[] } {
  const position = Math.max(
    0,
    services.findIndex(({ reports }) => reports === 'level'),
  );
  const users = customers.filter((customer) => customer.services.includes(position));
  return {
    service: services[position]?.name ?? '',
    customers: users.slice(0, customersMax).map(({ id }) => id),
  };
}

function asMetered({ source, id, timeMs, quantity }: CountedEvent): MeteredEvent {
  return { source, id, timeMs, value: ratio(quantity, 10n ** BigInt(quantityDigits)) };
}

interface UsageAnswer {
  readonly rows: readonly { readonly quantity: string }[];
}

export async function checkMeters(parts: CheckParts): Promise<void> {
  const { api, oracle, comparison, world } = parts;
  const { service, customers } = meteredOf(world);
  for (const aggregation of aggregations) {
    const id = `${world.name}-meter-${aggregation}`;
    const per = aggregation === 'time_weighted' ? { per: 'hour' } : {};
    const body = { id, name: id, service, aggregation, value: 'quantity', ...per };
    await expectOk(api, 'POST', '/v1/meters', body);
    for (const customer of customers) {
      const events = oracle.kept(customer);
      if (events === null) continue;
      const query = spanQuery(parts, { customer_id: customer, meter: id });
      const { rows } = await expectOk<UsageAnswer>(api, 'GET', `/v1/usage?${query}`);
      const span = { fromMs: world.fromMs, toMs: world.toMs, per: 'hour' as const };
      const value = events.length === 0 ? null : meterValue(aggregation, events.map(asMetered), span);
      const expected = value === null ? 'nothing' : writeRatio(value);
      const where = `GET /v1/usage of a meter of ${aggregation}`;
      compare(comparison, {
        where,
        customer,
        service,
        field: 'quantity',
        expected,
        got: rows[0]?.quantity ?? 'nothing',
      });
    }
  }
}
