/** Which of these rows the store does not have: what makes a second try, and a replay, store each event once. */
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { limits } from '../limits.ts';
import { decodeRows } from '../storage/usage-rows/decode-rows.ts';
import { encodeRows } from '../storage/usage-rows/encode-rows.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import { keyOf } from './look-up.ts';

export async function missingRows(
  usageStore: Pick<UsageStore, 'findSeen'>,
  rows: readonly Buffer[],
): Promise<Buffer[]> {
  const missing: Buffer[] = [];
  const taken = new Set<string>();
  for (const events of groupsOf(rows.flatMap(decodeRows))) {
    const seen = new Set((await usageStore.findSeen(events)).map(keyOf));
    const left = events.filter((event) => {
      const key = keyOf(event);
      if (seen.has(key) || taken.has(key)) return false;
      taken.add(key);
      return true;
    });
    if (left.length > 0) missing.push(encodeRows(left));
  }
  return missing;
}

function* groupsOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  for (let start = 0; start < events.length; start += limits.lookUpKeysMax) {
    yield events.slice(start, start + limits.lookUpKeysMax);
  }
}
