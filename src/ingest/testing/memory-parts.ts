/** A store and a journal in memory, whose steps tests hold, release and make fail, so that requests interleave at will. */
import type { Identity, StoredEvent } from '../../domain/events/stored-event.ts';
import type { RecoveredEntry } from '../../storage/journal.ts';
import type { Quarantine } from '../../storage/quarantine.ts';
import { decodeRows } from '../../storage/usage-rows/decode-rows.ts';
import { BlockRefused, type Seen } from '../../storage/usage-store.ts';
import { keyOf } from '../look-up.ts';
import type { SeenFilter } from '../seen-filter.ts';

/** A point that waits while it is held, and fails when it was told to. */
export class Gate {
  calls = 0;
  #held: (() => void)[] | null = null;
  #failures: ('before' | 'after')[] = [];

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const open of held) open();
  }

  /** The next call fails, before or after its work was done. */
  failNext(how: 'before' | 'after'): void {
    this.#failures.push(how);
  }

  async pass<T>(work: () => T): Promise<T> {
    this.calls += 1;
    await new Promise<void>((resolve) => {
      if (this.#held) this.#held.push(resolve);
      else resolve();
    });
    const failure = this.#failures.shift();
    if (failure === 'before') throw new Error('nothing was done');
    const result = work();
    if (failure === 'after') throw new Error('it was done, but the answer is lost');
    return result;
  }
}

export class MemoryStore {
  readonly events = new Map<string, StoredEvent>();
  readonly appends = new Gate();
  readonly lookUps = new Gate();
  /** Rows of corrections as they came, and what the last ones of events do, by key. */
  readonly corrections: string[] = [];
  readonly correctionAppends = new Gate();
  readonly actions = new Map<string, 'void' | 'amend'>();
  /** Ids that the engine refuses for their content. */
  readonly poison = new Set<string>();

  /** What another process finds: the same events, and none of the writes that were under way. */
  afterCrash(): MemoryStore {
    const next = new MemoryStore();
    for (const [key, event] of this.events) next.events.set(key, event);
    for (const id of this.poison) next.poison.add(id);
    next.corrections.push(...this.corrections);
    return next;
  }

  append(rows: readonly Buffer[]): Promise<void> {
    return this.appends.pass(() => {
      const events = rows.flatMap(decodeRows);
      if (events.some(({ id }) => this.poison.has(id))) throw new BlockRefused('an event is poison');
      for (const event of events) {
        if (this.events.has(keyOf(event))) throw new Error(`counted twice: ${event.id}`);
        this.events.set(keyOf(event), event);
      }
    });
  }

  appendCorrections(rows: readonly Buffer[]): Promise<void> {
    return this.correctionAppends.pass(() => void this.corrections.push(...rows.map(String)));
  }

  async lastActions(): Promise<ReadonlyMap<string, 'void' | 'amend'>> {
    return this.actions;
  }

  findSeen(identities: readonly Identity[]): Promise<StoredEvent[]> {
    // What it sees is decided when it begins, as with a real query.
    const found = identities.map((one) => this.events.get(keyOf(one))).filter((event) => event !== undefined);
    return this.lookUps.pass(() => found);
  }
}

export class MemoryJournal {
  readonly entries: RecoveredEntry[] = [];
  readonly appends = new Gate();
  released = 0;
  #last = 0;
  #acknowledged = 0;

  afterCrash(): MemoryJournal {
    const next = new MemoryJournal();
    next.entries.push(...this.entries);
    next.#acknowledged = this.entries.length;
    next.#last = this.entries.at(-1)?.entry ?? 0;
    next.released = this.released;
    return next;
  }

  /** An entry whose append failed may be found after a crash, but no more once another was acknowledged. */
  async append(parts: readonly Buffer[]): Promise<number> {
    const entry = this.#last + 1;
    await this.appends.pass(() => {
      this.entries.splice(this.#acknowledged);
      this.entries.push({ entry, payload: Buffer.concat([...parts]) });
    });
    this.#last = entry;
    this.#acknowledged = this.entries.length;
    return entry;
  }

  async release(entry: number): Promise<void> {
    this.released = Math.max(this.released, entry);
  }

  async *left(): AsyncGenerator<RecoveredEntry> {
    yield* this.entries.filter(({ entry }) => entry > this.released);
  }
}

export class MemoryQuarantine implements Quarantine {
  readonly kept: string[] = [];
  readonly #seen = new Map<string, Seen & { readonly sequence: number }>();

  async keep(events: readonly StoredEvent[]): Promise<void> {
    for (const { source, id, fingerprint, sequence } of events) {
      const key = keyOf({ source, id });
      if (!this.#seen.has(key)) this.kept.push(id);
      this.#seen.set(key, { source, id, fingerprint, sequence });
    }
  }

  count(): number {
    return this.kept.length;
  }

  find(identities: readonly Identity[]): Seen[] {
    return identities.flatMap((identity) => this.#seen.get(keyOf(identity)) ?? []);
  }

  identities(): Iterable<Seen> {
    return this.#seen.values();
  }

  lastSequence(): number {
    return Math.max(0, ...[...this.#seen.values()].map(({ sequence }) => sequence));
  }

  describe(): string | null {
    return this.kept.length === 0 ? null : `${this.kept.length} in memory`;
  }
}

/** A filter that is never wrong: what it lets through was added. */
export function exactFilter(): SeenFilter {
  const keys = new Set<string>();
  return {
    add: (key) => void keys.add(key),
    addHash: () => {},
    addHashes: () => {},
    mayContain: (key) => keys.has(key),
    markComplete: () => {},
    complete: true,
    bytes: () => 0,
    count: () => keys.size,
  };
}
