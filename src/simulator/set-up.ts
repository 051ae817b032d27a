/**
 * Makes the records that a plan needs: customers, services and one price each. Running it again changes nothing.
 * It refuses a server that prices a service otherwise than the plan: no total could agree.
 */
import { expectOk, type HttpApi, readAllPages } from './http-api.ts';
import { inFlight } from './in-flight.ts';
import type { Plan, PlannedService } from './workload/plan.ts';

interface ListedPrice {
  readonly currency: string;
  readonly unit_amount: string;
  readonly customer_id?: string | null;
}

const requestsInFlight = 8;

/** The price of everyone, made only where the server has none, since a first price alone is valid since always. */
async function setUpPrice(api: HttpApi, service: PlannedService): Promise<void> {
  const path = `/v1/prices?service=${encodeURIComponent(service.id)}&limit=1000`;
  const listed = await readAllPages<ListedPrice>(api, path);
  const general = listed.filter((price) => (price.customer_id ?? null) === null && price.currency === 'USD');
  const other = general.find((price) => price.unit_amount !== service.unitAmount);
  if (other !== undefined) {
    throw new Error(
      `the server prices ${service.id} at ${other.unit_amount} USD, the simulator at ${service.unitAmount}: ` +
        'simulate against another server, or with neither setup nor check',
    );
  }
  if (general.length > 0) return;
  const body = { service: service.id, currency: 'USD', model: 'per_unit', unit_amount: service.unitAmount };
  await expectOk(api, 'POST', '/v1/prices', body);
}

async function setUpService(api: HttpApi, service: PlannedService): Promise<void> {
  const path = `/v1/services/${encodeURIComponent(service.id)}`;
  const { status } = await api.request('GET', path);
  if (status === 404) await expectOk(api, 'PUT', path, { name: service.id, unit: service.unit });
  await setUpPrice(api, service);
}

export async function setUpRecords(api: HttpApi, plan: Plan): Promise<void> {
  await inFlight(plan.services, requestsInFlight, (service) => setUpService(api, service));
  await inFlight(plan.customers, requestsInFlight, async ({ id, name }) => {
    await expectOk(api, 'PUT', `/v1/customers/${encodeURIComponent(id)}`, { name, currency: 'USD' });
  });
}
