/** Which version acts where: precedence, overrides, closes, and what fills a closed period (MONEY.md 5.2, 5.5). */
import { describe, expect, it } from 'vitest';
import { makePriceBook } from './price-book.ts';
import { priceTimeline, type ServiceTimeline, type TimelineQuestion } from './price-timeline.ts';
import { makePriceOf, type PriceParts } from './testing/priced.ts';

const oct = { fromMs: 1000, toMs: 2000 };
const nov = { fromMs: 2000, toMs: 3000 };
/** October is closed: its statement counts what was known up to sequence 100. */
const octClosed = { toMs: 2000, watermark: 100 };

const ask = (prices: readonly PriceParts[], over: Partial<TimelineQuestion> = {}): ServiceTimeline =>
  priceTimeline({
    book: makePriceBook(
      prices.map((parts, index) => makePriceOf({ id: `p${index}`, sequence: index + 1, ...parts })),
    ),
    ...{ meters: [{ id: 'api', additive: true }], customerId: 'acme', currency: 'USD' },
    ...{ period: oct, close: null, closes: [] },
    ...over,
  });

/** `1000 p0 | 1500 p1`: which version acts from where, `-` for none. */
const shown = ({ meters }: ServiceTimeline) =>
  meters
    .map(({ stretches }) =>
      stretches.map(({ fromMs, price }) => `${fromMs} ${price?.price.id ?? '-'}`).join(' | '),
    )
    .join(' ; ');

const unpriced = ({ unpriced: open }: ServiceTimeline) =>
  open.map(({ fromMs, toMs, reason }) => `${fromMs}-${toMs} ${reason}`);

const closed = { close: octClosed, closes: [octClosed] };

describe('in an open period', () => {
  it.each<[why: string, prices: readonly PriceParts[], timeline: string]>([
    ['one price since always', [{}], '1000 p0'],
    ['a price that begins inside', [{ effectiveFromMs: 1500 }], '1000 - | 1500 p0'],
    ['a price that begins at the start', [{ effectiveFromMs: 1000 }], '1000 p0'],
    ['a price that begins at the end acts later', [{}, { effectiveFromMs: 2000 }], '1000 p0'],
    [
      'versions made in any order',
      [{}, { effectiveFromMs: 1800 }, { effectiveFromMs: 1200 }],
      '1000 p0 | 1200 p2 | 1800 p1',
    ],
    [
      'the latest made of one moment supersedes',
      [{ effectiveFromMs: 500 }, { effectiveFromMs: 500 }],
      '1000 p1',
    ],
    [
      'the latest effective_from beats the latest made',
      [{}, { effectiveFromMs: 800 }, { effectiveFromMs: 700 }],
      '1000 p1',
    ],
    [
      'an own price beats a later general one',
      [{}, { customerId: 'acme' }, { effectiveFromMs: 1500 }],
      '1000 p1',
    ],
    [
      "another customer's price does not count",
      [{}, { customerId: 'bob', effectiveFromMs: 1500 }],
      '1000 p0',
    ],
    [
      'inherit ends the override',
      [
        {},
        { customerId: 'acme', effectiveFromMs: 1200 },
        { customerId: 'acme', effectiveFromMs: 1600, model: 'inherit' },
      ],
      '1000 p0 | 1200 p1 | 1600 p0',
    ],
    [
      'an override of nothing ends in nothing',
      [
        { customerId: 'acme', effectiveFromMs: 1200 },
        { customerId: 'acme', effectiveFromMs: 1600, model: 'inherit' },
      ],
      '1000 - | 1200 p0 | 1600 -',
    ],
    ['other currencies do not count', [{ currency: 'EUR' }], '1000 -'],
  ])('%s', (_why, prices, timeline) => {
    expect(shown(ask(prices))).toBe(timeline);
  });

  it('a meter whose numbers do not add up has one version: at the start, or the first that begins', () => {
    const meters = [{ id: 'api', additive: false }];
    expect(shown(ask([{}, { effectiveFromMs: 1500 }], { meters }))).toBe('1000 p0');
    expect(shown(ask([{ effectiveFromMs: 1700 }, { effectiveFromMs: 1500 }], { meters }))).toBe('1000 p1');
    expect(shown(ask([], { meters }))).toBe('1000 -');
  });
});

describe('unpriced is a service only while none of its meters has a price', () => {
  const meters = [
    { id: 'api', additive: true },
    { id: 'calls', additive: true },
    { id: 'peak', additive: false },
  ];

  it.each<[why: string, prices: readonly PriceParts[], open: readonly string[]]>([
    ['no price at all', [], ['1000-2000 price_missing']],
    [
      'one meter from the middle on',
      [{ meter: 'calls', effectiveFromMs: 1500 }],
      ['1000-1500 price_missing'],
    ],
    ['two meters in turn', [{ effectiveFromMs: 1500 }, { meter: 'calls' }], []],
    ['a meter that is never cut covers all', [{ meter: 'peak', effectiveFromMs: 1900 }], []],
    ['a price in euro', [{ currency: 'EUR' }], ['1000-2000 currency_mismatch']],
    [
      'a price in euro from the middle on',
      [{ currency: 'EUR', effectiveFromMs: 1500 }],
      ['1000-1500 price_missing', '1500-2000 currency_mismatch'],
    ],
  ])('%s', (_why, prices, open) => {
    expect(unpriced(ask(prices, { meters }))).toEqual(open);
  });
});

describe('after a close', () => {
  const late = { sequence: 101 };

  it.each<[why: string, prices: readonly PriceParts[], inOct: string, inNov: string]>([
    ['what was known acts in both', [{}], '1000 p0', '2000 p0'],
    [
      'a version made later acts from the end of the closed period',
      [{}, { ...late, effectiveFromMs: 1500 }],
      '1000 p0',
      '2000 p1',
    ],
    [
      'and is ordered by that: a later one in November beats it',
      [{}, { effectiveFromMs: 2500 }, { ...late, effectiveFromMs: 1500 }],
      '1000 p0',
      '2000 p2 | 2500 p1',
    ],
    [
      'two that were shifted: the latest made wins',
      [{}, { ...late, effectiveFromMs: 1700 }, { sequence: 102, effectiveFromMs: 1500 }],
      '1000 p0',
      '2000 p2',
    ],
    [
      'unless it applies to closed periods: then it acts from when it says',
      [{}, { ...late, effectiveFromMs: 1500, appliesToClosed: true }],
      '1000 p0 | 1500 p1',
      '2000 p1',
    ],
    ['a first price fills what stood unpriced', [late], '1000 p0', '2000 p0'],
    ['only from when it is effective', [{ ...late, effectiveFromMs: 1400 }], '1000 - | 1400 p0', '2000 p0'],
    [
      'only where nothing was in force',
      [{ effectiveFromMs: 1600 }, { ...late, effectiveFromMs: 1200 }],
      '1000 - | 1200 p1 | 1600 p0',
      '2000 p1',
    ],
    [
      'the second price for the same stretch comes too late',
      [
        { ...late, effectiveFromMs: 1500 },
        { sequence: 102, effectiveFromMs: 1000 },
      ],
      '1000 p1 | 1500 p0',
      '2000 p1',
    ],
    [
      'an own price that ends nothing fills nothing',
      [{}, { ...late, customerId: 'acme', effectiveFromMs: 1000 }],
      '1000 p0',
      '2000 p1',
    ],
    ['inherit fills nothing', [{ ...late, customerId: 'acme', model: 'inherit' }], '1000 -', '2000 -'],
    [
      'a version known before the close is not shifted by it',
      [{}, { sequence: 100, effectiveFromMs: 1500 }],
      '1000 p0 | 1500 p1',
      '2000 p1',
    ],
  ])('%s', (_why, prices, inOct, inNov) => {
    expect(shown(ask(prices, closed))).toBe(inOct);
    expect(shown(ask(prices, { period: nov, closes: [octClosed] }))).toBe(inNov);
  });

  it('another meter that had a price keeps first prices out of the closed period', () => {
    const meters = [
      { id: 'api', additive: true },
      { id: 'calls', additive: true },
    ];
    const prices: PriceParts[] = [{}, { ...late, meter: 'calls' }];
    expect(shown(ask(prices, { ...closed, meters }))).toBe('1000 p0 ; 1000 -');
    expect(shown(ask(prices, { period: nov, closes: [octClosed], meters }))).toBe('2000 p0 ; 2000 p1');
  });

  it('first prices of several meters all fill: the service stood unpriced', () => {
    const meters = [
      { id: 'api', additive: true },
      { id: 'peak', additive: false },
    ];
    const prices: PriceParts[] = [
      { ...late, effectiveFromMs: 1500 },
      { sequence: 102, meter: 'peak', effectiveFromMs: 1200 },
    ];
    expect(shown(ask(prices, { ...closed, meters }))).toBe('1000 - | 1500 p0 ; 1000 p1');
  });

  it('a meter that is never cut is filled only where the whole period stood unpriced', () => {
    const meters = [
      { id: 'api', additive: true },
      { id: 'peak', additive: false },
    ];
    const prices: PriceParts[] = [{ effectiveFromMs: 1500 }, { ...late, meter: 'peak' }];
    expect(shown(ask(prices, { ...closed, meters }))).toBe('1000 - | 1500 p0 ; 1000 -');
  });

  it('a version is shifted by the last close that was made before it, not by later ones', () => {
    const closes = [
      { toMs: 1000, watermark: 50 },
      { toMs: 2000, watermark: 100 },
    ];
    const between = { sequence: 60, effectiveFromMs: 500 };
    const [, close] = closes;
    expect(shown(ask([{}, between], { close: close ?? null, closes }))).toBe('1000 p1');
    const sep = { fromMs: 0, toMs: 1000 };
    expect(shown(ask([{}, between], { period: sep, close: closes[0] ?? null, closes }))).toBe('0 p0');
  });
});
