/** The same body read the plain way and the ordinary way, and compared byte for byte. */
import { expect } from 'vitest';
import { type RowBatch, validateSubmissions } from '../../candidate.ts';
import type { Outcome } from '../../outcome.ts';
import { type Framing, makePlainReader } from '../read-plain-events.ts';

export const nowMs = 1_764_000_000_123;
export const hash64 = (bytes: Uint8Array) => {
  let hash = 0xcbf29ce484222325n;
  for (const one of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(one)) * 0x100000001b3n);
  return hash;
};
export const readPlain = makePlainReader();
export const plain = (body: string, framing: Framing = 'json', defaultSource = 'default', traceparent = '') =>
  readPlain(Buffer.from(body), { framing, defaultSource, traceparent, nowMs, hash64, eventsMax: 100 });

/** A reviver that sees how a number was written stands in for the server's lossless parser. */
export function ordinary(inputs: readonly unknown[], traceparent = ''): RowBatch & { outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const submissions = inputs.map((input) => ({ input, traceparent }));
  const ofText = (text: string) => hash64(Buffer.from(text));
  const batch = validateSubmissions(submissions, outcomes, {
    defaultSource: 'default',
    nowMs,
    hash64: ofText,
  });
  return { ...batch, outcomes };
}

export function expectSame(body: string, inputs: readonly unknown[], framing: Framing = 'json') {
  const read = plain(body, framing);
  if (read === null) return false;
  const { rows, candidates, outcomes } = ordinary(inputs);
  expect(outcomes).toEqual([]);
  expect(read.rows.toString()).toBe(rows.toString());
  expect(read.candidates).toEqual(candidates);
  return true;
}
