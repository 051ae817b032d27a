/**
 * What every group of contract tests works with: one store, all that was put into it, and events with defaults.
 * Groups share the store, so each uses customers or services of its own.
 */

import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import { encodeRows } from '../../usage-rows/encode-rows.ts';
import type { UsageStore } from '../../usage-store.ts';

export interface StoreUnderTest {
  readonly store: UsageStore;
  /** Every event stored so far, for comparing with a plain loop. */
  readonly stored: readonly StoredEvent[];
  /** A complete event with a sequence and an id of its own. */
  event(fields?: Partial<StoredEvent>): StoredEvent;
  append(...events: StoredEvent[]): Promise<void>;
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
  const append = async (...events: StoredEvent[]) => {
    await store.append([encodeRows(events)]);
    stored.push(...events);
  };
  return { store, stored, event, append };
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
