/**
 * The meters and prices of which statements are checked: the world's own, then some that are made when usage is there, and
 * the oracle's book for them. Which terms a price has stands in statement-prices.ts. It asks nothing.
 */
import { writeQuantity } from '../oracle/costs.ts';
import type { Condition } from '../oracle/statement/conditions.ts';
import { makeStatementBook, type StatementBook, type StatementMeter } from '../oracle/statement/statement.ts';
import type { World, WorldCustomer } from '../workload/world.ts';
import type { CheckParts } from './check-parts.ts';
import { asVersion, type StatementPrice, termsFor } from './statement-prices.ts';

/** A customer's statements take a second to check: a small run, and there are many in the tests, looks at fewer. */
const customersMax = 12;
const eventsPerCustomer = 100;

/** Those that use most come first in a world. */
export function statementCustomers({ events, customers }: World): WorldCustomer[] {
  const count = Math.min(customersMax, Math.ceil(events / eventsPerCustomer));
  return customers.filter(({ size }) => size !== 'dormant').slice(0, count);
}

/** Who gets a customer's event when its customer is put right: somebody without any usage of its own, in UTC. */
export function heirOf({ id, currency }: Pick<WorldCustomer, 'id' | 'currency'>) {
  return { id: `${id}-heir`, currency, zone: 'UTC' };
}

/** Whose usage the oracle has to count apart by properties (`OracleOptions.apart`). */
export function countedApart(world: World): string[] {
  return statementCustomers(world).flatMap((customer) => [customer.id, heirOf(customer).id]);
}

/** When the models come into force: the oracle's tally has to be cut there (`OracleOptions.moments`). */
export function modelsFromMs({ fromMs, toMs }: World): number {
  return Math.floor((fromMs + (toMs - fromMs) * 0.4) / 1_000) * 1_000;
}

/** The world's own, as set-up.ts posted them. */
export function worldPrices({ prices, name }: World): StatementPrice[] {
  return prices.map(({ service, currency, unitAmount, customerId, effectiveFromMs }, position) => ({
    ...{ id: `${name}-price-${position}`, service, currency, model: 'per_unit', unit_amount: unitAmount },
    ...(customerId === null ? {} : { customer_id: customerId }),
    ...(effectiveFromMs === null ? {} : { effective_from: new Date(effectiveFromMs).toISOString() }),
  }));
}

export function defaultMeters({ services }: World): StatementMeter[] {
  return services.map(({ name }) => ({ id: name, service: name, aggregation: 'sum' }));
}

const region = 'properties.region';
const size = 'properties.size';

/** Between them they use every operator; `size` is a number, and only events that come late have one. */
const filters: readonly Condition[] = [
  {
    any: [
      { field: region, op: 'prefix', value: 'eu-' },
      {
        all: [
          { field: size, op: 'gt', value: 7 },
          { field: size, op: 'lte', value: 7.5 },
        ],
      },
    ],
  },
  {
    all: [
      { field: region, op: 'in', value: ['us-east-1', 'ap-south-1', 'eu-west-1'] },
      { field: 'properties.plan', op: 'exists' },
      {
        any: [
          { field: region, op: 'eq', value: 'eu-west-1' },
          { field: 'properties.plan', op: 'prefix', value: '' },
        ],
      },
    ],
  },
  {
    any: [
      { field: size, op: 'gte', value: 8 },
      { field: size, op: 'lt', value: 7.25 },
      { field: region, op: 'eq', value: 'us-west-2' },
    ],
  },
];

/** Meters of the services that come late, beside the default ones. */
export function filteredMeters({ name }: World, services: readonly string[]): StatementMeter[] {
  return filters.map((filter, turn) => ({
    id: `${name}-filtered-${turn}`,
    service: services[turn % services.length] as string,
    aggregation: turn % 2 === 0 ? 'sum' : 'count',
    filter,
  }));
}

/** A sum of extreme quantities has more digits than a tier may have. At 12 digits. */
const edgeMax = 10n ** 32n;

/** A new price for everyone and each service, from within the span on, and prices since always of meters with filters. */
export function modelPrices(
  { world, oracle }: CheckParts,
  customers: readonly WorldCustomer[],
  meters: readonly StatementMeter[],
): StatementPrice[] {
  const currencies = [...new Set(customers.map(({ currency }) => currency))];
  const from = new Date(modelsFromMs(world)).toISOString();
  const models = world.services.flatMap((service, position) =>
    currencies.map((currency, turn): StatementPrice => {
      const holder = customers.find((customer) => customer.currency === currency) as WorldCustomer;
      const months = oracle
        .months(holder)
        .filter((month) => month.service === service.name && month.quantity > 0n && month.quantity < edgeMax);
      const edge = writeQuantity(months[0]?.quantity ?? 10n ** 12n);
      return {
        id: `${world.name}-model-${position}-${currency}`,
        ...{ service: service.name, currency, effective_from: from },
        ...termsFor(service, position + turn, edge),
      };
    }),
  );
  const filtered = meters.flatMap(({ id: meter, service }) =>
    currencies.map((currency): StatementPrice => {
      const id = `${meter}-${currency}`;
      return { id, meter, service, currency, model: 'per_unit', unit_amount: '0.0137' };
    }),
  );
  return [...models, ...filtered];
}

export function bookOf(
  { oracle: { tally, zones } }: CheckParts,
  meters: readonly StatementMeter[],
  prices: readonly StatementPrice[],
): StatementBook {
  return makeStatementBook({ tally, zones, meters, versionsOf: versionsIn(() => prices) });
}

/** Those of a meter that may concern a customer, in the order in which they were made. */
export function versionsIn(prices: () => readonly StatementPrice[]) {
  return ({ id, currency }: { id: string; currency: string }, meter: string) =>
    prices()
      .filter((price) => (price.meter ?? price.service) === meter && price.currency === currency)
      .filter(({ customer_id }) => customer_id === undefined || customer_id === id)
      .map(asVersion);
}
