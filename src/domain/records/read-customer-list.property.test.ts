import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCustomerList } from './read-customer-list.ts';

test('every line but the header is a customer or a problem, whatever the file holds', () => {
  const lines = fc.array(
    fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', 'a', ' ', 'é') })),
  );
  fc.assert(
    fc.property(lines, (rows) => {
      const text = ['name,other', ...rows.map((row) => row.replace(/[\r\n]/g, ' ')), ''].join('\n');
      const { customers, problems } = readCustomerList(text);
      const named = [...customers, ...problems].map(({ line }) => line).toSorted((a, b) => a - b);
      expect(named).toEqual(rows.map((_, index) => index + 2));
    }),
  );
});

test('a quoted name comes back exactly', () => {
  const name = fc.stringMatching(/^[a-z][ -~]{0,60}[a-z]$/);
  fc.assert(
    fc.property(name, (text) => {
      const row = `"${text.replaceAll('"', '""')}"`;
      expect(readCustomerList(`name,x\n${row},1\n`).customers[0]?.name).toBe(text);
    }),
  );
});
