/** Sums are exact, whatever the size and the number of what is added. */

import { expect, test } from 'vitest';
import { encodeRows } from '../../usage-rows/encode-rows.ts';
import type { UsageQuery } from '../../usage-store.ts';
import type { StoreUnderTest } from './store-under-test.contract.ts';

export const wholeSum: Omit<UsageQuery, 'filter'> = { windows: null, groupBy: [], rowsMax: 10 };

export function exactnessContract(subject: () => StoreUnderTest): void {
  const sumOf = async (customerId: string, quantities: readonly string[]) => {
    const { store, append, event } = subject();
    await append(...quantities.map((quantity) => event({ customerId, quantity })));
    return (await store.aggregate({ ...wholeSum, filter: { customerId } }))[0];
  };
  const check = (name: string, quantities: readonly string[], quantity: string) => {
    test(`sums are exact: ${name}`, async () => {
      expect(await sumOf(name, quantities)).toEqual({
        ...{ windowStartMs: null, keys: [], quantity, events: quantities.length },
      });
    });
  };
  const nines = `${'9'.repeat(26)}.${'9'.repeat(12)}`;
  const times = (count: number, text: string) => new Array<string>(count).fill(text);

  check('26 digits before the point and 12 after it', [nines], nines);
  check('a thousand times 0.1', times(1000, '0.1'), '100');
  check('a thousand times 0.2', times(1000, '0.2'), '200');
  check('the smallest fraction a thousand times', times(1000, '0.000000000001'), '0.000000001');
  check('past 10^26 and past 38 digits', times(2000, nines), `1${'9'.repeat(29)}.${'9'.repeat(8)}8`);
  check('negative ones cancel', [nines, `-${nines}`, '-0.5'], '-0.5');
  check(
    'a large and a small one',
    [`1${'0'.repeat(25)}`, '0.000000000001'],
    `1${'0'.repeat(25)}.000000000001`,
  );

  test('a quantity the store could not keep exactly is refused, not cut', async () => {
    const { event } = subject();
    expect(() => encodeRows([event({ quantity: '0.1234567890123' })])).toThrow(RangeError);
    expect(() => encodeRows([event({ quantity: '1e3' })])).toThrow(RangeError);
  });
}
