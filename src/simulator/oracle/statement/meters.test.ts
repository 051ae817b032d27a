import { expect, test } from 'vitest';
import { type Aggregation, compareBytes, type MeteredEvent, meterValue } from './meters.ts';
import { readRatio, writeRatio } from './ratio.ts';

const hour = 3_600_000;

const event = (id: string, atHour: number, value: string, source = 's', property = '"x"'): MeteredEvent => ({
  ...{ id, source, property },
  timeMs: atHour * hour,
  value: readRatio(value),
});

/** The span is the first day; the level of -2 hours is carried into it. */
const span = { fromMs: 0, toMs: 24 * hour };
const events = [
  event('before', -2, '8'),
  event('a', 6, '2'),
  event('b', 12, '7.5', 's', '1'),
  event('c', 18, '2.5', 's', '"1"'),
  event('after', 24, '100'),
];

/** Worked out by hand. */
test.each<[Aggregation, string]>([
  ['count', '3'],
  ['sum', '12'],
  ['max', '7.5'],
  ['min', '2'],
  ['average', '4'],
  ['latest', '2.5'],
  ['unique', '3'],
  ['p50', '2.5'],
  ['p95', '7.5'],
  ['p99', '7.5'],
])('%s is %s', (aggregation, expected) => {
  expect(writeRatio(meterValue(aggregation, events, span) ?? readRatio('-1'))).toBe(expected);
});

test.each([
  ['hour', '120'],
  ['day', '5'],
  ['second', '432000'],
] as const)('a level held for a time, per %s: %s', (per, expected) => {
  // 8 for six hours, 2 for six, 7.5 for six, 2.5 for six.
  expect(writeRatio(meterValue('time_weighted', events, { ...span, per }) ?? readRatio('-1'))).toBe(expected);
});

test('an average that does not end is a fraction', () => {
  const three = [event('a', 1, '1'), event('b', 2, '1'), event('c', 3, '0')];
  expect(writeRatio(meterValue('average', three, span) ?? readRatio('-1'))).toBe('2/3');
});

test('levels of several sources are added up, and a carried one needs no event', () => {
  const two = [event('a', -5, '3', 'one'), event('b', 12, '4', 'two')];
  expect(writeRatio(meterValue('time_weighted', two, { ...span, per: 'hour' }) ?? readRatio('-1'))).toBe(
    '120',
  );
});

test('of one moment the greatest source and id is the latest, whatever came first', () => {
  const tied = [event('z', 3, '1', 'a'), event('b', 3, '2', 'b'), event('a', 3, '3', 'b')];
  expect(writeRatio(meterValue('latest', tied, span) ?? readRatio('-1'))).toBe('2');
  // U+FF5E is before U+1F600 in UTF-8, and behind it in UTF-16.
  expect(compareBytes('\uff5e', '😀')).toBeLessThan(0);
});

test('nearest rank: of ten values the fifth is p50, the tenth p95', () => {
  const ten = Array.from({ length: 10 }, (_, at) => event(`${at}`, at, `${10 - at}`));
  expect(writeRatio(meterValue('p50', ten, span) ?? readRatio('-1'))).toBe('5');
  expect(writeRatio(meterValue('p95', ten, span) ?? readRatio('-1'))).toBe('10');
});

test('of no events there is a count, and no greatest', () => {
  expect(meterValue('count', [], span)).toEqual(readRatio('0'));
  expect(meterValue('max', [], span)).toBeNull();
  expect(meterValue('time_weighted', [], span)).toEqual(readRatio('0'));
});
