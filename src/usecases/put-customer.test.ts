import { expect, it } from 'vitest';
import { nextCustomer } from '../domain/records/next-customer.ts';
import { makeCatalog } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import { makePutCustomer } from './put-customer.ts';
import { makeWriteLane } from './write-lane.ts';

const stored = nextCustomer('c', { name: 'C', currency: 'USD' }, null, { sequence: 1, nowMs: 1 });

/** A customer in USD, and whatever happens to usage before and after it is asked for amounts. */
function parts(usage: { settle?: () => void; afterAnswer?: () => void }) {
  let last = 1;
  const next = () => {
    last += 1;
    return last;
  };
  const amounts: number[] = [];
  const contents = { services: [], meters: [], prices: [], settings: [], closes: [] };
  const dependencies = {
    catalog: makeCatalog({ ...contents, customers: [stored] }),
    clock: { nowMs: () => 2 },
    recordStore: { addCustomerVersion: async () => {} },
    sequence: { next, last: () => last },
    usageStore: {
      hasAmount: async () => {
        const answer = amounts.length > 0;
        usage.afterAnswer?.();
        return answer;
      },
    },
    ingest: { settle: async () => usage.settle?.(), barrier: async () => {} },
    writeLane: makeWriteLane(),
  } as unknown as Dependencies;
  return { put: makePutCustomer(dependencies), report: () => amounts.push(next()), amounts };
}

it('an amount that arrives while usage is looked at stands behind the version with the new currency', async () => {
  const { put, report, amounts } = parts({ afterAnswer: () => report() });
  const result = await put('c', { name: 'C', currency: 'EUR' }, 'local');
  expect(result).toMatchObject({ ok: true, customer: { currency: 'EUR' } });
  const version = result.ok ? result.customer.sequence : Number.NaN;
  expect(version).toBeLessThan(amounts[0] ?? Number.NaN);
});

it('an amount whose place was given already, though nobody was told of it yet, fixes the currency', async () => {
  const { put, report } = parts({ settle: () => report() });
  const result = await put('c', { name: 'C', currency: 'EUR' }, 'local');
  expect(result).toMatchObject({ ok: false, code: 'currency_fixed' });
});
