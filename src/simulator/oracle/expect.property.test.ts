import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectAnswers } from './expect.ts';

const usage = fc.record({
  customer_id: fc.constantFrom('a', 'b', 'stranger'),
  service: fc.constantFrom('FileSync', 'APIRequests'),
  hundredths: fc.integer({ min: 1, max: 10_000_000 }),
  copies: fc.integer({ min: 1, max: 3 }),
});

const plan = fc.array(usage, { maxLength: 30 }).chain((events) => {
  const sendings = events.flatMap(({ copies, hundredths, ...event }, turn) => {
    const quantity = `${Math.floor(hundredths / 100)}.${`${hundredths % 100}`.padStart(2, '0')}`;
    const body = {
      source: 's',
      id: `${turn}`,
      time: '2026-11-24T10:00:00.000Z',
      quantity,
      properties: {},
      ...event,
    };
    return Array.from({ length: copies }, () => ({ body }));
  });
  const shuffled = fc.shuffledSubarray(sendings, { minLength: sendings.length, maxLength: sendings.length });
  return fc.tuple(fc.constant(sendings), shuffled);
});

test('the order of sending changes no total and no count', () => {
  fc.assert(
    fc.property(plan, ([inOrder, shuffled]) => {
      const totalsOf = (sendings: typeof inOrder) => {
        const { verdicts: _, ...totals } = expectAnswers({
          nowMs: Date.UTC(2026, 10, 24, 12),
          customers: [{ id: 'a' }, { id: 'b' }],
          services: [
            { id: 'FileSync', unitAmount: '0.15' },
            { id: 'APIRequests', unitAmount: '0.02' },
          ],
          sendings,
        });
        const byCustomer = (one: { customerId: string }, other: { customerId: string }) =>
          one.customerId < other.customerId ? -1 : 1;
        return { ...totals, suspended: [...totals.suspended].sort(byCustomer) };
      };
      expect(totalsOf(shuffled)).toEqual(totalsOf(inOrder));
    }),
  );
});
