import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, parseDecimal, zero } from '../../money/decimal.ts';
import { parseFraction } from '../../money/fraction.ts';
import { adjustPeriod, billedStates, type LateStep, type LineStates } from './adjust-period.ts';
import type { Adjustment } from './statement.ts';
import { adjustmentDocument, type StatementBody } from './statement-document.ts';

/** Lines as `quantity amount`, by meter. */
function states(lines: Readonly<Record<string, string>>): LineStates {
  return new Map(
    Object.entries(lines).map(([meter, text]) => {
      const [quantity = '0', amount = '0'] = text.split(' ');
      const state = { line: meter, meter, dimension: undefined };
      return [meter, { ...state, quantity: parseFraction(quantity), amount: parseDecimal(amount) }];
    }),
  );
}

const shown = ({ line, quantity, amount, ignoredAmount }: Adjustment) =>
  [line, quantity, amount, ...(ignoredAmount === undefined ? [] : [`ignored ${ignoredAmount}`])].join(' ');

interface Case {
  readonly name: string;
  readonly before: Readonly<Record<string, string>>;
  readonly steps: readonly (readonly ['next' | 'ignore', Readonly<Record<string, string>>])[];
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'nothing late, nothing adjusted',
    before: { api: '10 1.00' },
    steps: [['next', { api: '10 1.00' }]],
    expected: [],
  },
  {
    name: 'more usage is charged',
    before: { api: '10 1.00' },
    steps: [['next', { api: '15 1.50' }]],
    expected: ['api 5 0.50'],
  },
  {
    name: 'a void is given back',
    before: { api: '10 1.00' },
    steps: [['next', {}]],
    expected: ['api -10 -1.00'],
  },
  {
    name: 'a line that was not there',
    before: {},
    steps: [['next', { api: '3 0.30' }]],
    expected: ['api 3 0.30'],
  },
  {
    name: 'usage that costs nothing more is still told',
    before: { api: '10 1.00' },
    steps: [['next', { api: '12 1.00' }]],
    expected: ['api 2 0.00'],
  },
  {
    name: 'what is ignored is told and not charged',
    before: { api: '10 1.00' },
    steps: [['ignore', { api: '15 1.50' }]],
    expected: ['api 5 0.00 ignored 0.50'],
  },
  {
    name: 'each entry meets the policy of its arrival',
    before: { api: '10 1.00' },
    steps: [
      ['ignore', { api: '15 1.50' }],
      ['next', { api: '20 2.10' }],
      ['ignore', { api: '21 2.20' }],
    ],
    expected: ['api 11 0.60 ignored 0.60'],
  },
  {
    name: 'lines stand in the order of their meters',
    before: { b: '1 1.00' },
    steps: [['next', { c: '1 0.01', a: '1 0.02' }]],
    expected: ['a 1 0.02', 'b -1 -1.00', 'c 1 0.01'],
  },
];

describe('an adjustment', () => {
  it.each(cases)('$name', ({ before, steps, expected }) => {
    const late = steps.map(([policy, lines]): LateStep => ({ policy, states: states(lines) }));
    expect(
      adjustPeriod({ period: '2026-09', before: states(before), steps: late, digits: 2 }).map(shown),
    ).toEqual(expected);
  });

  it('has the digits of its currency', () => {
    const late = (lines: Record<string, string>) => [{ policy: 'next' as const, states: states(lines) }];
    expect(
      adjustPeriod({ period: 'p', before: states({}), steps: late({ a: '1 7' }), digits: 0 })[0]?.amount,
    ).toBe('7');
    expect(
      adjustPeriod({ period: 'p', before: states({}), steps: late({ a: '1 0.007' }), digits: 3 })[0]?.amount,
    ).toBe('0.007');
  });
});

const cents = fc.integer({ min: -10_000, max: 10_000 });
const lateStep = fc.record({
  policy: fc.constantFrom('next' as const, 'ignore' as const),
  amounts: fc.dictionary(fc.constantFrom('a', 'b', 'c/"eu"'), cents),
});

it('whatever arrives, what was billed plus all adjustments and what was ignored is what the period costs now', () => {
  fc.assert(
    fc.property(fc.array(fc.array(lateStep, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), (rounds) => {
      const statements: StatementBody[] = [];
      for (const [index, round] of rounds.entries()) {
        const steps = round.map(({ policy, amounts }) => ({ policy, states: inCents(amounts) }));
        const before = billedStates('2026-01', statements);
        const adjustments = adjustPeriod({ period: '2026-01', before, steps, digits: 2 });
        statements.push(withAdjustments(`2026-${String(index + 2).padStart(2, '0')}`, adjustments));
        const now = steps.at(-1)?.states ?? new Map();
        const billed = billedStates('2026-01', statements);
        for (const line of new Set([...now.keys(), ...billed.keys()])) {
          expect(add(billed.get(line)?.amount ?? zero, negated(now.get(line)?.amount ?? zero)).units).toBe(
            0n,
          );
        }
      }
    }),
  );
});

function inCents(amounts: Readonly<Record<string, number>>): LineStates {
  return states(
    Object.fromEntries(
      Object.entries(amounts).map(([line, units]) => [line, `${units} ${(units / 100).toFixed(2)}`]),
    ),
  );
}

function negated({ units, scale }: { units: bigint; scale: number }) {
  return { units: -units, scale };
}

function withAdjustments(period: string, adjustments: readonly Adjustment[]): StatementBody {
  return { period, lines: [], adjustments: adjustments.map(adjustmentDocument) } as unknown as StatementBody;
}
