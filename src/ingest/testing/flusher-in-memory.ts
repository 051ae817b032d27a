/** A flusher over parts in memory, for tests that move its time by hand (fake timers, `performance` too). */
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { encodeRows } from '../../storage/usage-rows/encode-rows.ts';
import { Flusher, type FlushRules } from '../flusher.ts';
import { MemoryJournal, MemoryQuarantine, MemoryStore } from './memory-parts.ts';

const rules: FlushRules = {
  ...{ rowsTarget: 50, ageTargetMs: 300, monthsFew: 12, rowsPerMonth: 10, rowsMax: 500, ageMaxMs: 3_000 },
  ...{ retryMs: 100, retryMaxMs: 400 },
};

const eventOf = (id: string, sequence: number): StoredEvent => ({
  ...{ source: 's', id, customerId: 'acme', service: 'api', quantity: '1', amount: null, properties: [] },
  ...{ timeMs: 0, traceparent: '', fingerprint: '0000000000000000', sequence, receivedAtMs: 0 },
});

/** The flusher with all that it works on, and what became of it. */
export function flusherInMemory(changes: Partial<FlushRules> = {}) {
  const [store, journal, quarantine] = [new MemoryStore(), new MemoryJournal(), new MemoryQuarantine()];
  const blocks: number[] = [];
  const visible: number[] = [];
  let [entry, sequence] = [0, 0];
  const flusher = new Flusher({
    ...{ usageStore: store, journal, quarantine, rules: { ...rules, ...changes } },
    clock: { nowMs: () => performance.now() },
    onFlush: ({ events }) => blocks.push(events),
    onError: () => {},
    onReleaseError: () => {},
  });
  /** One entry with so many events, numbered on from 1, in so many months. */
  const add = (events: number, months = 1) => {
    entry += 1;
    const own = entry;
    const stored = Array.from({ length: events }, () => {
      sequence += 1;
      return eventOf(String(sequence), sequence);
    });
    const inMonths = new Set(Array.from({ length: months }, (_, month) => month));
    const onVisible = () => void visible.push(own);
    const rows = encodeRows(stored);
    const chunk = { entry, rows: [rows], bytes: rows.length, events, months: inMonths };
    flusher.add({ ...chunk, suspect: false, onVisible });
  };
  const ids = () => [...store.events.values()].map(({ id }) => id).sort((a, b) => +a - +b);
  return { store, journal, quarantine, flusher, blocks, visible, add, ids };
}
