import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeTroubleLog, type Trouble, type TroubleLog } from './trouble-log.ts';

let lines: Record<string, unknown>[];
let log: TroubleLog;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  log = makeTroubleLog(logger, 5_000);
});
afterEach(() => vi.useRealTimers());

const trouble = (kind: string, details = {}): Trouble => ({
  kind,
  level: 'warn',
  message: 'trouble',
  details,
});

it('the first is written at once and whole, the same again only counted, once a span', () => {
  for (let times = 0; times < 1_000; times += 1) log.report(trouble('disk full', { reqId: `r${times}` }));
  expect(lines).toEqual([{ level: 40, kind: 'disk full', reqId: 'r0', msg: 'trouble' }]);
  vi.advanceTimersByTime(4_999);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(lines.slice(1)).toEqual([{ level: 40, kind: 'disk full', count: 999, msg: 'trouble, again' }]);
});

it('while it lasts there is a line a span with its count; when it is over there is none', () => {
  const every = (ms: number, times: number) => {
    for (let at = 0; at < times; at += 1) {
      log.report(trouble('outage'));
      vi.advanceTimersByTime(ms);
    }
  };
  every(1_000, 20);
  expect(lines.map(({ count }) => count)).toEqual([undefined, 4, 5, 5, 5]);
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(5);
  expect(vi.getTimerCount()).toBe(0);
  log.report(trouble('outage', { reqId: 'later' }));
  expect(lines.at(-1)).toMatchObject({ reqId: 'later', msg: 'trouble' });
});

it('kinds are told apart, but not by their numbers', () => {
  for (const kind of ['64 wait', '65 wait', 'other']) log.report(trouble(kind));
  log.flush();
  expect(lines.map(({ kind, count }) => [kind, count])).toEqual([
    ['N wait', undefined],
    ['other', undefined],
    ['N wait', 1],
  ]);
});

it('kinds without end do not make lines without end', () => {
  for (let at = 0; at < 10_000; at += 1) {
    log.report(trouble(`kind ${String.fromCodePoint(0x4e00 + at)}`));
  }
  expect(lines).toHaveLength(101);
  log.flush();
  expect(lines.slice(101)).toMatchObject([{ kind: 'more kinds', count: 9_899 }]);
});

it('what is only counted yet is written down at the end', () => {
  log.report(trouble('a'));
  log.report(trouble('a'));
  log.flush();
  expect(lines.map(({ count }) => count)).toEqual([undefined, 1]);
});
