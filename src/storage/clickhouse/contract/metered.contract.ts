/** Meters answer what plain loops over the events answer: every aggregation, any spans, as of any sequence. */
import type { Property, PropertyValue } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { EventCondition } from '../../../domain/meters/condition.ts';
import { aggregations, type Meter } from '../../../domain/meters/meter.ts';
import { type GroupKey, type MeasuredRow, type MeasureQuery, ResultTooLarge } from '../../usage-store.ts';
import { fractionText, type PlainRow, plainMeasure, plainView } from './plain-meters.contract.ts';
import type { StoreUnderTest } from './store-under-test.contract.ts';

const base = Date.UTC(2026, 4, 10);
const moments = fc.oneof(
  fc.integer({ min: 0, max: 14 }).map((n) => base + n * 1000),
  fc.integer({ min: 0, max: 14_000 }).map((n) => base + n),
);
const customers = ['metered-a', "metered-'b"];
const services = ['levels', 'sizes'];
const sizes = fc.constantFrom<PropertyValue[]>(
  ...[
    0, 1, -1, 2.5, 1e-7, 1.5e21, 1e26, 123456789.012345, 0.00123456789012345, 1.23456789012345e-13, 1e-13,
    1e300,
  ],
  ...['5', '', true, 99999999999999e12, 9.99999999999999e25, 1e-27, 1e-28],
);
const regions = fc.constantFrom<PropertyValue[]>('eu', 'us', 1, '1', true, '"', 'e');
const properties = fc
  .record({ size: sizes, region: regions, 'a.series': fc.constantFrom('x', 'y', 1) }, { requiredKeys: [] })
  .map((record) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)) as Property[]);
const quantities = fc.constantFrom(
  '1',
  '0.5',
  '-2',
  '0',
  '99999999999999999999999999.999999999999',
  '0.000000000001',
);

const contents = fc.record({
  customerId: fc.constantFrom(...customers),
  service: fc.constantFrom(...services),
  source: fc.constantFrom('gate', 'gate2', 'gäte'),
  properties,
  quantity: quantities,
  amount: fc.constantFrom(null, null, '1.25', '-0.000000000001', '99999999999999999999999999'),
  timeMs: moments,
});

const tests = fc.constantFrom<EventCondition[]>(
  { field: 'properties.region', op: 'exists' },
  { field: 'properties.region', op: 'eq', value: '1' },
  { field: 'properties.region', op: 'eq', value: 1 },
  { field: 'properties.region', op: 'in', value: ['eu', true, '"'] },
  { field: 'properties.region', op: 'prefix', value: 'e' },
  { field: 'properties.region', op: 'prefix', value: '"' },
  { field: 'properties.size', op: 'gt', value: 0 },
  { field: 'properties.size', op: 'gte', value: 2.5 },
  { field: 'properties.size', op: 'lt', value: 1e26 },
  { field: 'properties.size', op: 'lte', value: 1.23456789012345e-13 },
  { field: 'source', op: 'eq', value: 'gäte' },
  { field: 'source', op: 'in', value: ['gate', 'gate2'] },
  { field: 'source', op: 'prefix', value: 'gate' },
  { field: 'customer_id', op: 'prefix', value: "metered-'" },
  { field: 'service', op: 'exists' },
  { field: 'quantity', op: 'gt', value: '0.5' },
  { field: 'quantity', op: 'in', value: ['1', '-2'] },
  { field: 'quantity', op: 'eq', value: '0' },
  { field: 'amount', op: 'exists' },
  { field: 'amount', op: 'lt', value: '1.25' },
);
const conditions: fc.Arbitrary<EventCondition> = fc.oneof(
  tests,
  fc.array(tests, { maxLength: 3 }).map((all) => ({ all })),
  fc
    .array(
      fc.oneof(
        tests,
        fc.array(tests, { maxLength: 2 }).map((all) => ({ all })),
      ),
      { maxLength: 3 },
    )
    .map((any) => ({ any })),
);

const meters: fc.Arbitrary<Meter> = fc
  .record({
    aggregation: fc.constantFrom(...aggregations, 'time_weighted' as const, 'time_weighted' as const),
    service: fc.constantFrom(...services),
    value: fc.constantFrom('quantity' as const, 'properties.size' as const),
    filter: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: conditions }),
    seriesBy: fc.constantFrom<Meter['seriesBy'][]>(
      ['source'],
      ['properties.a.series'],
      ['source', 'properties.region'],
    ),
    per: fc.constantFrom('second' as const, 'hour' as const, 'day' as const),
  })
  .map((parts) => ({ ...parts, id: 'm', name: 'm', dimensions: [], sequence: 0, createdAtMs: 0 }));

const spansOf = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(...customers), fc.uniqueArray(moments, { minLength: 2, maxLength: 5 })),
    {
      selector: ([customerId]) => customerId,
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((list) =>
    list.map(([customerId, times]) => {
      const sorted = [...times].sort((a, b) => a - b);
      return { customerId, fromMs: sorted[0]!, toMs: sorted.at(-1)!, cutsMs: sorted.slice(1, -1) };
    }),
  );
/** Often the same span for all, as for customers of one zone. */
const spans = fc.oneof(
  spansOf,
  spansOf.map((list) => list.map((span) => ({ ...list[0]!, customerId: span.customerId }))),
);
const keys = fc.uniqueArray(fc.constantFrom<GroupKey[]>('properties.region', 'source', 'properties.none'), {
  maxLength: 2,
});
const queries: fc.Arbitrary<MeasureQuery> = fc.record(
  {
    meter: meters,
    spans,
    keys,
    where: conditions,
    isCumulative: fc.boolean(),
    levelsUntilMs: fc.oneof(moments, fc.constant(base + 1e9)),
  },
  { requiredKeys: ['meter', 'spans', 'keys', 'levelsUntilMs'] },
);

function toPlain({ quantity, amount, ...row }: MeasuredRow): PlainRow {
  return {
    ...row,
    quantity: fractionText(quantity.numerator, quantity.denominator),
    amount: fractionText(amount.numerator, amount.denominator),
  };
}

/** A cumulative stretch that brought nothing new may be missing, but not the last. */
function expectSame(found: readonly MeasuredRow[], expected: readonly PlainRow[], query: MeasureQuery): void {
  const plain = found.map(toPlain);
  if (!query.isCumulative) {
    expect(plain).toEqual(expected);
    return;
  }
  const needed = expected.filter((row, index) => {
    const before = expected[index - 1];
    const span = query.spans.find(({ customerId }) => customerId === row.customerId);
    return (
      row.toMs === span?.toMs ||
      !before ||
      JSON.stringify({ ...before, toMs: row.toMs }) !== JSON.stringify(row)
    );
  });
  expect(expected).toEqual(expect.arrayContaining(plain));
  expect(plain).toEqual(expect.arrayContaining(needed));
  expect(new Set(plain.map((row) => JSON.stringify(row))).size).toBe(plain.length);
}

export function meteredContract(subject: () => StoreUnderTest): void {
  describe('meters', () => {
    test('say what plain loops say, as of any sequence, with any corrections', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(contents, { minLength: 20, maxLength: 40, size: 'max' }),
          fc.array(corrections, { maxLength: 3 }),
          fc.array(queries, { minLength: 4, maxLength: 8, size: 'max' }),
          fc.double({ min: 0.2, max: 1, noNaN: true }),
          async (events, corrected, asked, share) => {
            const {
              store,
              stored,
              corrections: all,
              lastSequence,
            } = await stage(subject(), events, corrected);
            for (const sequenceMax of [null, Math.ceil(lastSequence() * share)]) {
              const view = plainView(stored.filter(isOurs), all, sequenceMax);
              const found = await store.measure(asked, { view: { sequenceMax }, rowsMax: 10_000 });
              for (const [index, query] of asked.entries()) {
                expectSame(found[index]!, plainMeasure(view, query), query);
              }
            }
          },
        ),
        { numRuns: 15 },
      );
    }, 120_000);

    edges(subject);
  });
}

const isOurs = ({ customerId }: StoredEvent) => customers.includes(customerId);

/** Which of the events is corrected, and to what. */
const corrections = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  content: fc.option(contents),
});

async function stage(
  under: StoreUnderTest,
  events: readonly Partial<StoredEvent>[],
  corrected: readonly { at: number; content: Partial<StoredEvent> | null }[],
): Promise<StoreUnderTest> {
  await under.append(...events.map((fields) => under.event(fields)));
  const ours = under.stored.filter(isOurs);
  const isVoided = (event: StoredEvent) =>
    under.corrections.some((one) => one.eventId === event.id && one.action === 'void');
  for (const { at, content } of corrected) {
    const original = ours[Math.floor(at * ours.length)];
    if (original === undefined || isVoided(original)) continue;
    const { customerId, service, timeMs, quantity, amount, properties: own } = { ...original, ...content };
    await under.correct(
      original,
      content && { customerId, service, timeMs, quantity, amount, properties: own },
    );
  }
  return under;
}

const sum: Meter = {
  ...{ id: 'calls', name: 'calls', service: 'calls', aggregation: 'sum', value: 'quantity', filter: null },
  ...{ dimensions: [], seriesBy: [], per: null, sequence: 0, createdAtMs: 0 },
};

function edges(subject: () => StoreUnderTest): void {
  const spanOf = (customerId: string) => ({ customerId, fromMs: base, toMs: base + 1000, cutsMs: [] });
  const question = (customerId: string, more: Partial<Meter> = {}): MeasureQuery => ({
    ...{ meter: { ...sum, ...more }, spans: [spanOf(customerId)], keys: [], levelsUntilMs: base + 1e9 },
  });

  test('at one instant the greatest source and then the greatest id counts, by bytes and not by arrival', async () => {
    const { store, append, event } = subject();
    const at = { customerId: 'ties', timeMs: base };
    // U+FF5E has greater bytes than U+1F600 has UTF-16 units, and the other way round.
    await append(event({ ...at, source: 'b', id: '\uff5e', quantity: '1' }));
    await append(event({ ...at, source: 'b', id: '\u{1f600}', quantity: '2' }));
    await append(event({ ...at, source: 'a', id: 'z', quantity: '3' }));
    const [[row]] = (await store.measure([question('ties', { aggregation: 'latest' })], {
      ...{ view: { sequenceMax: null }, rowsMax: 10 },
    })) as [[MeasuredRow]];
    expect(row.quantity).toEqual({ numerator: 2n, denominator: 1n });
  });

  test.each([
    ['p50', 11, 6],
    ['p95', 11, 11],
    ['p99', 11, 11],
    ['p50', 100, 50],
    ['p95', 100, 95],
    ['p99', 100, 99],
    ['p50', 1, 1],
    ['p99', 101, 100],
  ] as const)('%s of 1 to %i is %i: the nearest rank', async (aggregation, count, expected) => {
    const { store, append, event } = subject();
    const customerId = `${aggregation} of ${count}`;
    const numbers = Array.from({ length: count }, (_, n) => String(((n * 37) % count) + 1));
    await append(...numbers.map((quantity) => event({ customerId, timeMs: base, quantity })));
    expect(new Set(numbers).size).toBe(count);
    const [[row]] = (await store.measure([question(customerId, { aggregation })], {
      ...{ view: { sequenceMax: null }, rowsMax: 10 },
    })) as [[MeasuredRow]];
    expect(row.quantity).toEqual({ numerator: BigInt(expected), denominator: 1n });
  });

  test('a thousand levels of a millisecond each integrate exactly', async () => {
    const { store, append, event } = subject();
    const many = Array.from({ length: 1000 }, (_, n) =>
      event({ customerId: 'stairs', timeMs: base + n, quantity: `${n}.000000000001` }),
    );
    await append(...many);
    const stairs = question('stairs', { aggregation: 'time_weighted', seriesBy: ['source'], per: 'second' });
    const [[row]] = (await store.measure([stairs], { view: { sequenceMax: null }, rowsMax: 10 })) as [
      [MeasuredRow],
    ];
    // 0 + 1 + … + 999, a millisecond each, and a thousand millionths of a millionth.
    expect(toPlain(row)).toMatchObject({
      quantity: fractionText(499_500_000_000_001_000n, 10n ** 15n),
      events: 1000,
    });
  });

  test('more rows than allowed are refused, and a span of no customer asks nothing', async () => {
    const { store, append, event } = subject();
    await append(...[1, 2, 3].map((n) => event({ customerId: 'rows', source: `s${n}`, timeMs: base })));
    const asked = { ...question('rows'), keys: ['source'] as const };
    const options = { view: { sequenceMax: null }, rowsMax: 2 };
    await expect(store.measure([asked], options)).rejects.toThrow(ResultTooLarge);
    expect((await store.measure([asked], { ...options, rowsMax: 3 }))[0]).toHaveLength(3);
    expect(await store.measure([{ ...asked, spans: [] }], options)).toEqual([[]]);
  });
}
