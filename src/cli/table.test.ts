import { expect, test } from 'vitest';
import { cutFraction, groupThousands, renderTable } from './table.ts';

test('columns are aligned, numbers to the right, accents as wide as they look', () => {
  const columns = [
    { title: 'customer', align: 'left' },
    { title: 'cost', align: 'right' },
  ] as const;
  const table = renderTable(columns, [
    ['café-né', '1,234.50'],
    ['cafe\u0301', '0.05'],
  ]);
  expect(table).toMatchInlineSnapshot(`
    "customer      cost
    --------  --------
    café-né   1,234.50
    café          0.05"
  `);
});

test.each([
  ['0', '0'],
  ['999', '999'],
  ['1000', '1,000'],
  ['-1234567.1234567', '-1,234,567.1234567'],
  ['123456', '123,456'],
])('%s is read as %s', (decimal, grouped) => {
  expect(groupThousands(decimal)).toBe(grouped);
});

test.each([
  ['1.999', '1.99'],
  ['5', '5.00'],
  ['0.1', '0.10'],
])('%s is cut to %s, never rounded', (decimal, cut) => {
  expect(cutFraction(decimal, 2)).toBe(cut);
});
