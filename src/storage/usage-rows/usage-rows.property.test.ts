import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { decodeRows, halveRows } from './decode-rows.ts';
import { encodeRows, sequenceStart, writeSequence } from './encode-rows.ts';

const awkward = fc.constantFrom(
  "'",
  '\\',
  '"',
  '{',
  '}',
  ',',
  ':',
  '\\x41',
  '\\t',
  'é',
  '𝄞',
  "','",
  "':'",
  ' ',
);
const text = fc
  .array(fc.oneof(awkward, fc.string({ maxLength: 4 })), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
const decimal = fc.constantFrom('0', '1', '-1.5', '99999999999999999999999999.123456789012');
const event: fc.Arbitrary<StoredEvent> = fc.record({
  customerId: text,
  service: text,
  source: text,
  id: text,
  timeMs: fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }),
  quantity: decimal,
  amount: fc.option(decimal),
  properties: fc
    .uniqueArray(fc.tuple(name, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(''))), {
      selector: ([key]) => key,
      maxLength: 4,
    })
    .map((list) => list.map(([key, value]) => [key, value] as const)),
  traceparent: fc.constantFrom('', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  fingerprint: fc.constantFrom('0000000000000000', 'ffffffffffffffff', '0123456789abcdef'),
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  receivedAtMs: fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }),
});

it('what was encoded is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), (events) => {
      expect(decodeRows(encodeRows(events))).toEqual(events);
    }),
  );
});

it('encodings can be put one behind the other', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 4 }), fc.array(event, { maxLength: 4 }), (a, b) => {
      expect(decodeRows(Buffer.concat([encodeRows(a), encodeRows(b)]))).toEqual([...a, ...b]);
    }),
  );
});

it('halving again and again ends with every event alone, in order', () => {
  const leaves = (rows: readonly Buffer[]): StoredEvent[][] => {
    const halves = halveRows(rows);
    return halves === null ? [decodeRows(Buffer.concat([...rows]))] : halves.flatMap(leaves);
  };
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 9 }), (events) => {
      expect(leaves([encodeRows(events)])).toEqual(events.map((one) => [one]));
    }),
  );
});

it('half a row is no block', () => {
  expect(() => decodeRows(Buffer.from('a\tb'))).toThrow();
  expect(() => decodeRows(Buffer.from('a\tb\n'))).toThrow();
});

it('a sequence is written into a finished row, and nothing else of it changes', () => {
  const sequence = fc.integer({ min: sequenceStart, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), sequence, (events, given) => {
      const unnumbered = events.map((one) => ({ ...one, sequence: sequenceStart }));
      const rows = unnumbered.map((one) => encodeRows([one]));
      const [first] = rows;
      const all = Buffer.concat(rows);
      writeSequence(all, first?.length ?? 0, given);
      expect(decodeRows(all)).toEqual(
        unnumbered.map((one, at) => (at === 0 ? { ...one, sequence: given } : one)),
      );
    }),
  );
});
