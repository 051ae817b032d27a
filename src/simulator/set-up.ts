/**
 * Makes the records that a world needs: customers, services and prices. Running it again changes nothing: what is there
 * is left alone, and prices carry ids, so that the same one is made once.
 */
import { expectOk, type HttpApi } from './http-api.ts';
import { inFlight } from './in-flight.ts';
import type { World, WorldPrice } from './workload/world.ts';

const requestsInFlight = 8;

export async function setUpRecords(api: HttpApi, world: World): Promise<void> {
  await inFlight(world.services, requestsInFlight, async ({ name, unit, takesCredits }) => {
    await expectOk(api, 'PUT', `/v1/services/${encodeURIComponent(name)}`, {
      ...{ name, unit },
      allow_negative: takesCredits,
    });
  });
  await inFlight(world.customers, requestsInFlight, async ({ id, name, zone, currency }) => {
    const body = { name, time_zone: zone, currency };
    await expectOk(api, 'PUT', `/v1/customers/${encodeURIComponent(id)}`, body);
  });
  const lines = new Map<string, NumberedPrice[]>();
  for (const [position, price] of world.prices.entries()) {
    const line = JSON.stringify([price.service, price.currency, price.customerId]);
    lines.set(line, [...(lines.get(line) ?? []), { price, id: `${world.name}-price-${position}` }]);
  }
  await inFlight([...lines.values()], requestsInFlight, (line) => setUpPrices(api, world, line));
}

interface NumberedPrice {
  readonly price: WorldPrice;
  readonly id: string;
}

/** Of one service, currency and customer: one after another, since only the first may be valid since always. */
async function setUpPrices(api: HttpApi, world: World, line: readonly NumberedPrice[]): Promise<void> {
  for (const { price, id } of line) {
    const { status, body } = await api.request('POST', '/v1/prices', priceBody(price, id));
    if (status === 409) throw new Error(otherPrice(world));
    if (status > 299) throw new Error(`POST /v1/prices: answered ${status}: ${JSON.stringify(body)}`);
  }
}

function priceBody({ service, currency, unitAmount, customerId, effectiveFromMs }: WorldPrice, id: string) {
  return {
    ...{ id, service, currency, model: 'per_unit', unit_amount: unitAmount },
    ...(customerId === null ? {} : { customer_id: customerId }),
    ...(effectiveFromMs === null ? {} : { effective_from: new Date(effectiveFromMs).toISOString() }),
  };
}

function otherPrice({ name }: World): string {
  return (
    `the server has other prices under the names of ${name}: the seed was used with other numbers of customers or ` +
    'days; use them again, or another seed'
  );
}

/** Makes known what was not while events were sent; resolves to what is known now besides the world's own records. */
export async function makeKnown(api: HttpApi, world: World): Promise<{ customer: string; service: string }> {
  const [customer, service] = [`${world.name}-unknown-0`, `${world.name}-unlisted-0`];
  const body = { name: customer, time_zone: 'UTC', currency: 'USD' };
  await expectOk(api, 'PUT', `/v1/customers/${encodeURIComponent(customer)}`, body);
  await expectOk(api, 'PUT', `/v1/services/${encodeURIComponent(service)}`, { name: service, unit: 'unit' });
  return { customer, service };
}
