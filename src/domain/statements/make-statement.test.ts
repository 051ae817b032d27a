import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../../test/support/decimal-text.ts';
import { makeFraction, parseFraction } from '../../money/fraction.ts';
import type { RoundingMode } from '../../money/rounding.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { lineId } from './line-id.ts';
import { makeStatement } from './make-statement.ts';
import type { ExactLine } from './priced-period.ts';
import type { Adjustment } from './statement.ts';
import { canonicalBody, readStatement, statementBody } from './statement-document.ts';

function exactLine(meter: string, amount: string): ExactLine {
  const zero = parseFraction('0');
  const slice = {
    priceId: 'p',
    fromMs: 0,
    toMs: 1,
    quantity: parseFraction('1'),
    events: 1,
    exactAmount: parseFraction(amount),
  };
  return {
    ...{ line: lineId(meter, undefined), meter, service: meter, dimension: undefined, events: 1 },
    ...{ quantity: parseFraction('1'), slices: [slice], sliceTotal: zero, minimum: null, maximum: null },
    exactAmount: parseFraction(amount),
  } as unknown as ExactLine;
}

function statementOf(
  amounts: readonly string[],
  currency = 'USD',
  rounding: RoundingMode = 'half_away_from_zero',
  adjustments: readonly Adjustment[] = [],
) {
  const lines = amounts.map((amount, index) => exactLine(`m${index}`, amount));
  const priced = {
    customerId: 'c',
    period: { name: '2026-10', fromMs: 0, toMs: 1 },
    currency,
    lines,
    unpriced: [],
    suspense: [],
  };
  return makeStatement({ priced, adjustments, timeZone: 'UTC', rounding, watermark: 7, digest: 'd' });
}

describe('a line is rounded once, to the minor unit', () => {
  it.each<[string, string, RoundingMode, string]>([
    ['0.005', 'USD', 'half_away_from_zero', '0.01'],
    ['-0.005', 'USD', 'half_away_from_zero', '-0.01'],
    ['0.005', 'USD', 'half_even', '0.00'],
    ['0.015', 'USD', 'half_even', '0.02'],
    ['-0.004', 'USD', 'half_away_from_zero', '0.00'],
    ['1/3', 'USD', 'half_away_from_zero', '0.33'],
    ['1.5', 'JPY', 'half_away_from_zero', '2'],
    ['2.5', 'JPY', 'half_even', '2'],
    ['0.0045', 'KWD', 'half_away_from_zero', '0.005'],
    ['123456789012345678901234.565', 'USD', 'half_away_from_zero', '123456789012345678901234.57'],
  ])('%s %s, %s, is %s', (exact, currency, rounding, expected) => {
    const { lines, total } = statementOf([exact], currency, rounding);
    expect([lines[0]?.amount, total]).toEqual([expected, expected]);
  });
});

it('three thirds of a cent are three lines of nothing: the total is the sum of what is shown', () => {
  expect(statementOf(['0.0033', '0.0033', '0.0033']).total).toBe('0.00');
});

it('the total is the sum of the lines and the adjustments, whatever they are', () => {
  const exact = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 6n));
  const amount = fc.integer({ min: -10_000, max: 10_000 }).map((cents) => (cents / 100).toFixed(2));
  fc.assert(
    fc.property(fc.array(exact, { maxLength: 8 }), fc.array(amount, { maxLength: 4 }), (lines, late) => {
      const texts = lines.map(
        ([over, under]) => `${makeFraction(over, under).numerator}/${makeFraction(over, under).denominator}`,
      );
      const adjustments = late.map((one) => ({ amount: one }) as unknown as Adjustment);
      const { lines: shown, total } = statementOf(
        texts.map((text) => text.replace(/\/1$/, '')),
        'USD',
        'half_even',
        adjustments,
      );
      const sum = [...shown.map((line) => line.amount), ...late].reduce(
        (all, one) => all + unitsOf(one, 2),
        0n,
      );
      expect(unitsOf(total, 2)).toBe(sum);
    }),
  );
});

describe('the line’s name', () => {
  it('is different for different meters and values', () => {
    const name = fc.string({ minLength: 1, maxLength: 6 });
    const value = fc.oneof(fc.constant(undefined), fc.constant(null), fc.boolean(), fc.integer(), name);
    fc.assert(
      fc.property(name, value, name, value, (meter, dimension, otherMeter, other) => {
        const same = meter === otherMeter && Object.is(dimension, other);
        expect(lineId(meter, dimension) === lineId(otherMeter, other)).toBe(same);
      }),
    );
  });
});

it('a statement’s bytes are its canonical form, and read back they are the statement', () => {
  const late = {
    period: 'p',
    line: 'l',
    meter: 'm',
    dimension: null,
    quantity: '1',
    amount: '0.00',
    ignoredAmount: '1.00',
  };
  const made = statementOf(['1.005', '7'], 'USD', 'half_even', [
    late,
    { ...late, dimension: undefined, ignoredAmount: undefined },
  ]);
  const lines = made.lines.map((line, index) => (index === 0 ? line : { ...line, dimension: 'é"' }));
  const unpriced = [
    { service: 's', meter: 's', dimension: 1, reason: 'price_missing', quantity: '1', events: 1 },
  ];
  const suspense = [{ service: 't', quantity: '1/3', events: 2 }];
  const body = statementBody({
    ...made,
    lines,
    unpriced,
    suspense,
    status: 'closed',
    previousHash: null,
    hash: null,
  });
  expect(canonicalBody(body)).toBe(canonicalJson(JSON.parse(JSON.stringify(body)) as Json));
  expect(readStatement(canonicalBody(body), 'h')).toEqual({ ...body, hash: 'h' });
});
