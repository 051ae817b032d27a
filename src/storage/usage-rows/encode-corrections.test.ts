import { expect, test } from 'vitest';
import type { NewCorrection } from '../../domain/events/correction.ts';
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { correctionColumns, correctionTsv, encodeCorrection, splitEntry } from './encode-corrections.ts';
import { encodeRows, readSequence, writeSequence } from './encode-rows.ts';

const hostile = 'a\\tb\\nc \\ \' " \u2028 😀';
const event: StoredEvent = {
  ...{ source: hostile, id: hostile, customerId: hostile, service: hostile, timeMs: 1, quantity: '1' },
  ...{
    amount: null,
    properties: [[hostile, hostile]],
    traceparent: hostile,
    fingerprint: 'ffffffffffffffff',
  },
  ...{ sequence: 1_000_000_000_000_001, receivedAtMs: 1_764_000_000_000 },
};
const correction: NewCorrection = {
  ...{
    id: hostile,
    action: 'void',
    source: event.source,
    eventId: event.id,
    reason: hostile,
    actor: hostile,
  },
  ...{ event: null, receivedAtMs: 1_764_000_000_001 },
};

test.each([
  [0, 1],
  [2, 0],
  [2, 3],
])('an entry of %i events and %i corrections comes apart into its rows', (events, corrections) => {
  const first = encodeRows(Array.from({ length: events }, () => event));
  const second = Buffer.concat(
    Array.from({ length: corrections }, () => encodeCorrection(correction, event)),
  );
  const parts = splitEntry(Buffer.concat([first, second]));
  expect([parts.events.toString(), parts.corrections.toString()]).toEqual([
    first.toString(),
    second.toString(),
  ]);
});

test('a correction has a field for every column, and the sequence that is written into it', () => {
  const row = encodeCorrection(correction, event);
  writeSequence(row, row.length, 1_000_000_000_000_042);
  expect(readSequence(row)).toBe(1_000_000_000_000_042);
  const fields = correctionTsv([row]).toString().trimEnd().split('\t');
  expect(fields).toHaveLength(correctionColumns.length);
  expect(fields[correctionColumns.indexOf('correction_sequence')]).toBe('1000000000000042');
  expect(() => correctionTsv([encodeRows([event])])).toThrow();
});
