/** Meters answer what plain loops over the events answer: every aggregation, any spans, as of any sequence. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import { matches } from '../../../domain/meters/condition.ts';
import type { Meter } from '../../../domain/meters/meter.ts';
import { readForMeter } from '../../../domain/meters/read-event.ts';
import { parseDecimal } from '../../../money/decimal.ts';
import { fractionFromDecimal, sumFractions } from '../../../money/fraction.ts';
import { type MeasuredRow, type MeasureQuery, ResultTooLarge } from '../../usage-store.ts';
import { base, conditions, contents, customers, meters, queries } from './metered-samples.contract.ts';
import { fractionText, type PlainRow, plainMeasure, plainView } from './plain-meters.contract.ts';
import type { StoreUnderTest } from './store-under-test.contract.ts';

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

    sameRules(subject);
    edges(subject);
  });
}

/** The domain's own reading of one event, which explanations give, is the engine's. */
function sameRules(subject: () => StoreUnderTest): void {
  test('an event is explained by the rules it is counted by', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(contents, { minLength: 10, maxLength: 20, size: 'max' }),
        fc.array(fc.tuple(meters, conditions), { minLength: 3, maxLength: 5, size: 'max' }),
        async (events, asked) => {
          const { store, append, event } = subject();
          const customerId = `explained-${event().sequence}`;
          const ours = events.map((fields) => event({ ...fields, customerId }));
          await append(...ours);
          const sequences = (list: readonly StoredEvent[]) => list.map(({ sequence }) => sequence).sort();
          for (const [meter, where] of asked) {
            const filter = { customerId, where };
            const listed = await store.listEvents({ filter, order: 'asc', after: null, limit: 100 });
            expect(sequences(listed)).toEqual(sequences(ours.filter((one) => matches(where, one))));
            const span = { customerId, fromMs: base, toMs: base + 1e6 };
            const page = { ...span, meter, keys: [], after: null, limit: 100, view: { sequenceMax: null } };
            const metered = await store.listMetered(page);
            expect(sequences(metered)).toEqual(
              sequences(ours.filter((one) => readForMeter(meter, one).isIn)),
            );
            if (meter.aggregation !== 'sum') continue;
            const [rows = []] = await store.measure(
              [{ meter, spans: [{ ...span, cutsMs: [] }], keys: [], levelsUntilMs: 0 }],
              { view: { sequenceMax: null }, rowsMax: 10 },
            );
            const values = ours
              .map((one) => readForMeter(meter, one))
              .flatMap((one) => (one.isIn ? one.value : []));
            const sum = sumFractions(values.map((value) => fractionFromDecimal(parseDecimal(value))));
            expect(rows[0]?.quantity ?? sum).toEqual(sum);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);
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
