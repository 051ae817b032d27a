/** What the demo shows beside the simulation's own text: the customers' table, and where to go on. Text only. */
import type { SimulationReport } from '../simulator/run-simulation.ts';
import { cutFraction, groupThousands, renderTable } from './table.ts';

const columns = [
  { title: 'customer', align: 'left' },
  { title: 'services', align: 'right' },
  { title: 'events', align: 'right' },
  { title: 'quantity', align: 'right' },
  { title: 'cost in USD', align: 'right' },
  { title: 'usage factor', align: 'right' },
  { title: 'category', align: 'left' },
] as const;

/** The server's own numbers. Only here are quantities, costs and factors cut to two digits: this table is for reading. */
export function describeCustomers({ world, oracle, analysis }: SimulationReport): string {
  const rows = world.customers.map(({ id }) => {
    const item = analysis.get(id);
    return [
      id,
      `${oracle.tally.services(id).length}`,
      groupThousands(`${item?.events ?? 0}`),
      groupThousands(cutFraction(item?.total_quantity ?? '0', 2)),
      groupThousands(cutFraction(item?.total_cost ?? '0', 2)),
      groupThousands(cutFraction(item?.usage_factor ?? '0', 2)),
      item?.category ?? '',
    ];
  });
  return renderTable(columns, rows);
}

/** For whoever wants to look around while the server is up. */
export function describeNextSteps(url: string, customerId: string): string {
  const event = { id: 'my-first-event', customer_id: customerId, service: 'APIRequests', quantity: '5.5' };
  return [
    `The server is up at ${url}, its documentation at ${url}/docs. Try:`,
    `  curl -X POST ${url}/v1/events -H 'content-type: application/json' -d '${JSON.stringify(event)}'`,
    `  curl ${url}/v1/customers/${encodeURIComponent(customerId)}/usage`,
    'Press Ctrl-C to stop it; its data goes with it.',
  ].join('\n');
}
