/**
 * Looks at single stored events, and at usage that waits in suspense: the first content of an identity must be found
 * unchanged, and what has no record must be listed with what is missing.
 */
import { compare, compareFields } from '../difference.ts';
import { readAllPages } from '../http-api.ts';
import { inFlight } from '../in-flight.ts';
import { writeQuantity } from '../oracle/costs.ts';
import { type CheckParts, questionsInFlight } from './check-parts.ts';

interface StoredEvent {
  readonly customer_id: string;
  readonly service: string;
  readonly time: string;
  readonly quantity: string;
  readonly amount?: string;
}

export async function checkSamples({ api, oracle, comparison }: CheckParts): Promise<void> {
  await inFlight(oracle.samples(), questionsInFlight, async (event) => {
    const { source, id, customerId, service, timeMs, quantity, amount } = event;
    const path = `/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}`;
    const { status, body } = await api.request('GET', path);
    const expected = {
      customer_id: customerId,
      service,
      time: new Date(timeMs).toISOString(),
      quantity: writeQuantity(quantity),
      amount: amount === null ? undefined : writeQuantity(amount),
    };
    const got = status === 200 ? (body as StoredEvent) : undefined;
    compareFields(comparison, { where: `stored event ${source} ${id}`, customer: customerId }, expected, got);
  });
}

interface SuspenseItem {
  readonly customer_id: string;
  readonly service: string;
  readonly missing: readonly string[];
  readonly events: number;
  readonly quantity: string;
}

/** `known` says which names have a record by now. Items of other simulations are left alone. */
export async function checkSuspense(
  { api, oracle, comparison, world }: CheckParts,
  known: { readonly customers: ReadonlySet<string>; readonly services: ReadonlySet<string> },
): Promise<void> {
  const where = 'GET /v1/suspense';
  const items = await readAllPages<SuspenseItem>(api, '/v1/suspense?limit=1000');
  const own = new Set(oracle.tally.customers());
  let expectedItems = 0;
  for (const customer of own) {
    for (const service of oracle.tally.services(customer)) {
      const missing = [
        ...(known.customers.has(customer) ? [] : ['customer']),
        ...(known.services.has(service) ? [] : ['service']),
      ];
      if (missing.length === 0) continue;
      expectedItems += 1;
      let [quantity, events] = [0n, 0];
      for (const slice of oracle.tally.slices(customer, service)) {
        quantity += slice.quantity;
        events += slice.events;
      }
      const item = items.find((entry) => entry.customer_id === customer && entry.service === service);
      const expected = { missing: missing.join(), events, quantity: writeQuantity(quantity) };
      const got = item && { ...item, missing: [...item.missing].sort().join() };
      compareFields(comparison, { where, customer, service }, expected, got);
    }
  }
  const got = `${items.filter(({ customer_id }) => customer_id.startsWith(world.name) || own.has(customer_id)).length}`;
  compare(comparison, { where, field: 'items', expected: `${expectedItems}`, got });
}
