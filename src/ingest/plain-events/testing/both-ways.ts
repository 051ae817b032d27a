/** The same body read the plain way and the ordinary way, and compared byte for byte. */
import { expect } from 'vitest';
import { type RowBatch, validateSubmissions } from '../../candidate.ts';
import type { Outcome } from '../../outcome.ts';
import { hashOf } from '../../testing/hash-of.ts';
import { type Framing, makePlainReader } from '../read-plain-events.ts';

export const nowMs = 1_764_000_000_123;
export const readPlain = makePlainReader();
export const plain = (body: string, framing: Framing = 'json', defaultSource = 'default', traceparent = '') =>
  readPlain(Buffer.from(body), {
    framing,
    defaultSource,
    traceparent,
    nowMs,
    hash64: hashOf,
    eventsMax: 100,
  });

export function ordinary(inputs: readonly unknown[], traceparent = ''): RowBatch & { outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const submissions = inputs.map((input) => ({ input, traceparent }));
  const ofText = (text: string) => hashOf(Buffer.from(text));
  const batch = validateSubmissions(submissions, outcomes, {
    defaultSource: 'default',
    onlyCustomerId: null,
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
