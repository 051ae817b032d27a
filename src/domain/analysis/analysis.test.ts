/** Ranking, growth, forecast and rhythm: small numbers that can be followed with a pencil. */
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../money/decimal.ts';
import { formatFraction, parseFraction } from '../../money/fraction.ts';
import { expectFromPace, expectFromWeeks, restOf, weekMs, weeksOfHistory } from './forecast.ts';
import { growthOf } from './growth.ts';
import { rank } from './ranking.ts';
import { judgeDay } from './rhythm.ts';

const f = parseFraction;
const dayMs = 86_400_000;

describe('ranking', () => {
  const entries = [
    { key: 'b', value: f('10') },
    { key: 'a', value: f('10') },
    { key: 'c', value: f('30') },
    { key: 'd', value: f('1') },
  ];

  it('puts the greatest first, gives equal values one place, and leaves out the place behind', () => {
    const { total, places } = rank(entries, 10);
    expect(formatFraction(total)).toBe('51');
    expect(
      places.map(({ entry, rank: place, share }) => `${place} ${entry.key} ${share && formatDecimal(share)}`),
    ).toEqual(['1 c 0.588235', '2 a 0.196078', '2 b 0.196078', '4 d 0.019608']);
  });

  it('shares are of all entries, those beyond the limit included', () => {
    expect(rank(entries, 1).places).toHaveLength(1);
    expect(formatFraction(rank(entries, 1).total)).toBe('51');
    expect(rank([{ key: 'x', value: f('0') }], 1).places[0]?.share).toBeNull();
  });
});

describe('growth', () => {
  it.each([
    ['100', '125', '25', '0.25'],
    ['3', '4', '1', '0.333333'],
    ['-2', '1', '3', '1.5'],
    ['5', '0', '-5', '-1'],
    ['0', '7', '7', null],
  ])('from %s to %s is %s, %s', (before, now, change, growth) => {
    const of = growthOf(f(before), f(now));
    expect(formatFraction(of.change)).toBe(change);
    expect(of.growth && formatDecimal(of.growth)).toBe(growth);
  });
});

describe('forecast', () => {
  it('a rest of ten days is a full week and a part of three days', () => {
    expect(restOf(0, 10 * dayMs)).toEqual({ fullWeeks: 1, partMs: 3 * dayMs });
    expect(restOf(5, 5)).toEqual({ fullWeeks: 0, partMs: 0 });
  });

  it('full weeks bring the average week, the part what the same part brought', () => {
    const weeks = [
      { whole: f('70'), part: f('30') },
      { whole: f('90'), part: f('31') },
    ];
    expect(formatFraction(expectFromWeeks(weeks, { fullWeeks: 2, partMs: 1 }))).toBe('190.5');
  });

  it('only whole weeks since the first event count, at most four', () => {
    expect(weeksOfHistory(null, 10 * weekMs)).toBe(0);
    expect(weeksOfHistory(9 * weekMs + 1, 10 * weekMs)).toBe(0);
    expect(weeksOfHistory(8 * weekMs, 10 * weekMs)).toBe(2);
    expect(weeksOfHistory(0, 10 * weekMs)).toBe(4);
  });

  it('the pace goes on where there is no week of history', () => {
    expect(formatFraction(expectFromPace(f('10'), 0, 300, 1000))).toBe('70/3');
    expect(formatFraction(expectFromPace(f('10'), 300, 300, 1000))).toBe('0');
  });
});

describe('rhythm', () => {
  const judged = (value: string, before: readonly string[]) => {
    const { median, medianDeviation, spread, score, isAnomaly } = judgeDay(f(value), before.map(f), f('4'));
    return [median, medianDeviation, spread]
      .map(formatFraction)
      .concat([score ? formatDecimal(score) : 'none', String(isAnomaly)]);
  };

  it.each([
    ['a day like the others', '10', ['9', '10', '11', '10'], ['10', '0.5', '0.5', '0', 'false']],
    ['just at the threshold', '12', ['9', '10', '11', '10'], ['10', '0.5', '0.5', '4', 'false']],
    ['just above', '12.1', ['9', '10', '11', '10'], ['10', '0.5', '0.5', '4.2', 'true']],
    ['far below', '0', ['9', '10', '11', '10'], ['10', '0.5', '0.5', '20', 'true']],
    ['one odd week does not move the rhythm', '10', ['10', '9', '1000'], ['10', '1', '1', '0', 'false']],
    [
      'a rhythm without variation allows a twentieth',
      '11',
      ['10', '10', '10'],
      ['10', '0', '0.5', '2', 'false'],
    ],
    ['use where there never was any', '1', ['0', '0', '0', '0'], ['0', '0', '0', 'none', 'true']],
    ['nothing where there never was anything', '0', ['0', '0'], ['0', '0', '0', '0', 'false']],
  ])('%s', (_why, value, before, expected) => {
    expect(judged(value, before)).toEqual(expected);
  });
});
