import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthStart, nextMonth } from '../../time/month.ts';
import type { CloseStamp } from './close-stamp.ts';
import {
  closedPeriodAt,
  closedPeriodsIn,
  earliestOpen,
  findInChain,
  type PeriodChain,
  planClose,
} from './period-chain.ts';

const at = (text: string) => Date.parse(text);
const farFuture = at('2099-01-01T00:00:00Z');

function chainOf(zone: string, earliest: string | null, closes: readonly CloseStamp[] = []): PeriodChain {
  return { closes, zone, firstZone: zone, earliestEventMs: earliest === null ? null : at(earliest) };
}

/** Closes a month and gives the chain after it; the zone may change afterwards. */
function closed(chain: PeriodChain, name: string, zoneAfter = chain.zone): PeriodChain {
  const plan = planClose(chain, name, farFuture);
  if (!plan.ok || plan.kind !== 'close') throw new Error(`not closable: ${JSON.stringify(plan)}`);
  const { fromMs, toMs } = plan.period;
  const stamp = { customerId: 'c', period: name, fromMs, toMs, watermark: 1, sequence: 2 };
  const firstZone = chain.closes.length === 0 ? chain.zone : chain.firstZone;
  return { ...chain, closes: [...chain.closes, stamp], zone: zoneAfter, firstZone };
}

const codeOf = (chain: PeriodChain, name: string, nowMs = farFuture) => {
  const plan = planClose(chain, name, nowMs);
  return plan.ok ? plan.kind : plan.code;
};

describe('the first close', () => {
  it('is the month of the earliest event, in the customer’s zone', () => {
    const chain = chainOf('America/New_York', '2026-10-01T03:59:59.999Z');
    expect(earliestOpen(chain)).toBe('2026-09');
    expect(codeOf(chain, '2026-10')).toBe('previous_period_open');
    expect(codeOf(chain, '2026-09')).toBe('close');
  });

  it('may be an earlier month, which then begins the chain', () => {
    const chain = closed(chainOf('UTC', '2026-09-05T00:00:00Z'), '2026-07');
    expect(codeOf(chain, '2026-09')).toBe('previous_period_open');
    expect(codeOf(chain, '2026-08')).toBe('close');
  });

  it('may be any month of a customer without events', () => {
    expect(codeOf(chainOf('UTC', null), '2026-03')).toBe('close');
  });
});

describe('a period', () => {
  it('cannot be closed before its last millisecond has passed', () => {
    const chain = chainOf('Europe/Berlin', '2026-10-05T00:00:00Z');
    expect(codeOf(chain, '2026-10', at('2026-10-31T22:59:59.999Z'))).toBe('period_not_over');
    expect(codeOf(chain, '2026-10', at('2026-10-31T23:00:00Z'))).toBe('close');
  });

  it('that was closed is answered with its close, one before the chain is refused', () => {
    const chain = closed(chainOf('UTC', '2026-09-05T00:00:00Z'), '2026-09');
    expect(codeOf(chain, '2026-09')).toBe('closed');
    expect(codeOf(chain, '2026-08')).toBe('period_closed');
  });

  it('starts where the last one ended though the zone has changed', () => {
    const before = closed(
      chainOf('Pacific/Kiritimati', '2026-09-05T00:00:00Z'),
      '2026-09',
      'America/New_York',
    );
    const plan = planClose(before, '2026-10', farFuture);
    expect(plan).toMatchObject({
      period: { name: '2026-10', fromMs: at('2026-09-30T10:00:00Z'), toMs: at('2026-11-01T04:00:00Z') },
    });
  });

  it('before the chain is cut by the zone of the first close, and ends where the chain begins', () => {
    const chain = closed(chainOf('Europe/Berlin', '2026-09-05T00:00:00Z'), '2026-09', 'UTC');
    expect(closedPeriodAt(chain, at('2026-08-31T21:59:59.999Z'))).toEqual({
      name: '2026-08',
      fromMs: at('2026-07-31T22:00:00Z'),
      toMs: at('2026-08-31T22:00:00Z'),
    });
    expect(closedPeriodAt(chain, at('2026-08-31T22:00:00Z'))?.name).toBe('2026-09');
    expect(closedPeriodAt(chain, at('2026-09-30T22:00:00Z'))).toBeNull();
    expect(findInChain(chain, '2026-06')).toMatchObject({ kind: 'before', period: { name: '2026-06' } });
  });
});

it('the closed periods that a span touches are named oldest first, those before the chain too, open ones not', () => {
  const chain = closed(closed(chainOf('UTC', '2026-09-05T00:00:00Z'), '2026-09'), '2026-10');
  const names = closedPeriodsIn(chain, at('2026-07-31T23:59:59.999Z'), at('2027-01-01T00:00:00Z')).map(
    ({ name }) => name,
  );
  expect(names).toEqual(['2026-07', '2026-08', '2026-09', '2026-10']);
  expect(closedPeriodsIn(chain, at('2026-09-30T00:00:00Z'), at('2026-10-01T00:00:00Z'))).toHaveLength(1);
});

it('an open month that is not the next one can be looked at, but is not the earliest', () => {
  const chain = closed(chainOf('UTC', '2026-09-05T00:00:00Z'), '2026-09');
  expect(findInChain(chain, '2026-10')).toMatchObject({ kind: 'open', isEarliest: true });
  expect(findInChain(chain, '2026-12')).toMatchObject({
    kind: 'open',
    isEarliest: false,
    period: { fromMs: monthStart('2026-12', 'UTC') },
  });
});

it('whatever zones a customer moves through, periods follow one another without gap or overlap', () => {
  const zones = [
    'UTC',
    'Pacific/Kiritimati',
    'Pacific/Marquesas',
    'Asia/Kathmandu',
    'America/Havana',
    'Europe/Berlin',
  ];
  const moves = fc.array(fc.constantFrom(...zones), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), moves, (zone, later) => {
      let chain = chainOf(zone, '2015-09-15T00:00:00Z');
      let name = '2015-09';
      for (const next of later) {
        chain = closed(chain, name, next);
        name = nextMonth(name);
      }
      for (const [index, { fromMs, toMs }] of chain.closes.entries()) {
        expect(fromMs).toBeLessThan(toMs);
        if (index > 0) expect(fromMs).toBe(chain.closes[index - 1]?.toMs);
        expect(closedPeriodAt(chain, fromMs)?.name).toBe(chain.closes[index]?.period);
        expect(closedPeriodAt(chain, toMs - 1)?.name).toBe(chain.closes[index]?.period);
      }
    }),
  );
});
