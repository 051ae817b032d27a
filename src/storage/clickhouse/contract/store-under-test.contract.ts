/**
 * What every group of contract tests works with: one store, all that was put into it, and events with defaults.
 * Groups share the store, so each uses customers or services of its own.
 */

import type { AmendedContent, Correction } from '../../../domain/events/correction.ts';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import { encodeCorrection } from '../../usage-rows/encode-corrections.ts';
import { encodeRows } from '../../usage-rows/encode-rows.ts';
import type { UsageStore } from '../../usage-store.ts';

export interface StoreUnderTest {
  readonly store: UsageStore;
  /** Every event stored so far, for comparing with a plain loop. */
  readonly stored: readonly StoredEvent[];
  /** A complete event with a sequence and an id of its own. */
  event(fields?: Partial<StoredEvent>): StoredEvent;
  append(...events: StoredEvent[]): Promise<void>;
  /** Every correction stored so far, in the order of their sequences. */
  readonly corrections: readonly Correction[];
  /** Stores a correction of the event: an amend to the content, or a void (null). */
  correct(original: StoredEvent, content: AmendedContent | null): Promise<Correction>;
  /** The greatest sequence given so far. */
  lastSequence(): number;
}

export const defaultTimeMs = Date.UTC(2026, 9, 15, 12);

export function storeUnderTest(store: UsageStore): StoreUnderTest {
  const stored: StoredEvent[] = [];
  let sequence = 0;
  const event = (fields: Partial<StoredEvent> = {}): StoredEvent => {
    sequence += 1;
    return {
      ...{ source: 'gateway', id: `event-${sequence}`, customerId: 'someone', service: 'calls' },
      ...{ timeMs: defaultTimeMs, quantity: '1', amount: null, properties: [], traceparent: '' },
      ...{ fingerprint: '00000000000000ff', sequence, receivedAtMs: defaultTimeMs + 7, ...fields },
    };
  };
  const corrections: Correction[] = [];
  const correct = async (original: StoredEvent, content: AmendedContent | null) => {
    sequence += 1;
    const correction: Correction = {
      ...{ id: `correction-${sequence}`, action: content === null ? 'void' : 'amend', reason: 'wrong' },
      ...{ source: original.source, eventId: original.id, actor: 'local', event: content, sequence },
      receivedAtMs: original.receivedAtMs + 1,
    };
    await store.appendCorrections([encodeCorrection(correction, original)]);
    corrections.push(correction);
    return correction;
  };
  const append = async (...events: StoredEvent[]) => {
    await store.append([encodeRows(events)]);
    stored.push(...events);
  };
  return { store, stored, event, append, corrections, correct, lastSequence: () => sequence };
}

/** Text that has broken one quoting scheme or another. */
export const hostileTexts = [
  `'`,
  `"`,
  '\\',
  `\\'`,
  `'; DROP TABLE usage_events; --`,
  `{customer:String}`,
  '\\N',
  'NULL',
  '%s $1 ? :name',
  '/* */ -- #',
  'line\\nbreak',
  '`backtick`',
  '\u00e9',
  'e\u0301',
  '😀 ünïcödé',
  '\u2028',
  '</script>',
] as const;
