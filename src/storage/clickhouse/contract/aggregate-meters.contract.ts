/** Usage by window and keys, for any meter, over several customers at once: what the plain loops say, added up. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultMeter, type Meter } from '../../../domain/meters/meter.ts';
import { currentView, type GroupKey, ResultTooLarge, type UsageQuery } from '../../usage-store.ts';
import { base, conditions, contents, customers, meters } from './metered-samples.contract.ts';
import { fractionText, plainMeasure } from './plain-meters.contract.ts';
import type { StoreUnderTest } from './store-under-test.contract.ts';

const keys = fc.uniqueArray(fc.constantFrom<GroupKey[]>('customer_id', 'properties.region', 'source'), {
  maxLength: 2,
});
const questions = fc.record({
  meter: meters,
  groupBy: keys,
  where: fc.option(conditions, { nil: undefined }),
  fromMs: fc.integer({ min: 0, max: 6 }).map((n) => base + n * 1000),
  length: fc.integer({ min: 1, max: 12_000 }),
  stepMs: fc.constantFrom(null, 700, 3000),
  levelsUntilMs: fc.constantFrom(base + 7500, base + 1e9),
});

export function aggregateMetersContract(subject: () => StoreUnderTest): void {
  test('usage of a meter by window equals plain loops, one window after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(contents, { minLength: 15, maxLength: 30, size: 'max' }),
        fc.array(questions, { minLength: 4, maxLength: 6, size: 'max' }),
        async (events, asked) => {
          const { store, append, event } = subject();
          const prefix = `by-window-${event().sequence}`;
          const ids = customers.map((customerId) => `${prefix}${customerId}`);
          const ours = events.map((fields) =>
            event({ ...fields, customerId: `${prefix}${fields.customerId}` }),
          );
          await append(...ours);
          for (const { length, stepMs, fromMs, where, ...question } of asked) {
            const toMs = fromMs + length;
            const windows = stepMs === null ? null : { starts: [fromMs], stepMs };
            const filter = { fromMs, toMs, ...(where !== undefined && { where }) };
            const query: UsageQuery = {
              ...question,
              filter,
              windows,
              customerIds: ids,
              rowsMax: 1000,
            };
            const found = await store.aggregate(query);
            const told = found.map(({ windowStartMs, keys: own, quantity, events: n }) =>
              JSON.stringify([windowStartMs, own, exactText(quantity), n]),
            );
            expect(told.sort()).toEqual(plainRows(ours, query, ids).sort());
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test('levels that hold on make no more rows than allowed, however few events set them', async () => {
    const { store, append, event } = subject();
    const seats = { ...defaultMeter('held seats'), aggregation: 'time_weighted' as const };
    const meter: Meter = { ...seats, seriesBy: ['source'], per: 'hour' };
    const names = ['one', 'other'].map((name) => `holds on ${name}`);
    await append(
      ...names.map((customerId) => event({ customerId, service: meter.service, timeMs: base - 1000 })),
    );
    const query: UsageQuery = {
      ...{ meter, customerIds: names, filter: { fromMs: base, toMs: base + 50_000 } },
      ...{ levelsUntilMs: base + 1e9, windows: { starts: [base], stepMs: 1000 } },
      ...{ groupBy: ['customer_id'], rowsMax: 100 },
    };
    expect(await store.aggregate(query)).toHaveLength(100);
    await expect(store.aggregate({ ...query, rowsMax: 99 })).rejects.toThrow(ResultTooLarge);
    const together = await store.aggregate({ ...query, groupBy: [], rowsMax: 50 });
    expect(together.map(({ quantity }) => quantity)).toEqual(Array(50).fill('1/1800'));

    // More than a function takes arguments.
    const cutsMs = Array.from({ length: 74_999 }, (_, n) => base + n + 1);
    const spans = names.map((customerId) => ({ customerId, fromMs: base, toMs: base + 75_000, cutsMs }));
    const question = { meter, spans, keys: [], levelsUntilMs: base + 1e9 };
    const measured = (rowsMax: number) => store.measure([question], { view: currentView, rowsMax });
    expect((await measured(150_000))[0]).toHaveLength(150_000);
    await expect(measured(149_999)).rejects.toThrow(ResultTooLarge);
  });
}

/** Of several customers at once only with `customer_id` among the keys, or where the numbers add up. */
function plainRows(
  events: Parameters<typeof plainMeasure>[0],
  query: UsageQuery,
  ids: readonly string[],
): string[] {
  const { filter, windows, groupBy, levelsUntilMs = 0 } = query;
  const { fromMs = 0, toMs = 0, where } = filter;
  const meter = query.meter as Meter;
  const starts = [fromMs];
  if (windows?.stepMs)
    while ((starts.at(-1) ?? toMs) + windows.stepMs < toMs)
      starts.push((starts.at(-1) ?? 0) + windows.stepMs);
  const alone = meter.aggregation === 'time_weighted';
  // One customer's name stands for all, except for levels, whose series are each customer's own.
  const rename = (customerId: string) => (alone ? customerId : 'all');
  const together = events.map((event) => ({
    ...event,
    customerId: rename(event.customerId),
    origin: event.customerId,
  }));
  const withKeys = together.map((event) => ({
    ...event,
    properties: [...event.properties, ['origin', event.origin] as const],
  }));
  const ownKeys = groupBy.map((key): GroupKey => (key === 'customer_id' ? 'properties.origin' : key));
  const sums = new Map<
    string,
    { row: [number | null, unknown]; numerator: bigint; denominator: bigint; events: number }
  >();
  for (const [index, start] of starts.entries()) {
    for (const customerId of alone ? ids : ['all']) {
      const span = { customerId, fromMs: start, toMs: starts[index + 1] ?? toMs, cutsMs: [] };
      const renamed = where === undefined ? {} : { where };
      for (const row of plainMeasure(withKeys, {
        meter,
        spans: [span],
        keys: ownKeys,
        levelsUntilMs,
        ...renamed,
      })) {
        const windowStartMs = windows === null ? null : start;
        const name = JSON.stringify([windowStartMs, row.keys]);
        const [numerator = 0n, denominator = 1n] = row.quantity.split('/').map(BigInt);
        const before = sums.get(name);
        const sum = before
          ? {
              numerator: before.numerator * denominator + numerator * before.denominator,
              denominator: before.denominator * denominator,
            }
          : { numerator, denominator };
        sums.set(name, {
          row: [windowStartMs, row.keys],
          ...sum,
          events: (before?.events ?? 0) + row.events,
        });
      }
    }
  }
  return [...sums.values()]
    .filter(({ events: n, numerator }) => n > 0 || numerator !== 0n)
    .map(({ row, numerator, denominator, events: n }) =>
      JSON.stringify([...row, fractionText(numerator, denominator), n]),
    );
}

/** "n/d" or a plain decimal, as a reduced fraction. */
function exactText(text: string): string {
  const [numerator = '', denominator = '1'] = text.split('/');
  const [whole = '', fraction = ''] = numerator.split('.');
  return fractionText(BigInt(whole + fraction), BigInt(denominator) * 10n ** BigInt(fraction.length));
}
