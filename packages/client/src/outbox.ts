/**
 * What the sender asks of the place where recorded events wait: memory here, a directory in spool/. The shapes, and
 * nothing of how they are kept.
 */
import type { Counts } from './counts.ts';
import type { Logger } from './options.ts';
import type { UsageEvent } from './wire/event.ts';

/** Events taken together, oldest first. They stay in the outbox until `settle`: a crash before it sends them again. */
export interface Batch {
  readonly count: number;
  /** The events `from` to `to` (exclusive) as one JSON array. */
  body(from: number, to: number): string | Uint8Array;
  /** One event, as the JSON it was recorded with. */
  line(index: number): string;
  /** When the server first said that it cannot be taken yet (epoch ms); 0: it never did. */
  heldSinceMs(index: number): number;
  /** Every event of the batch is delivered, buried or held: none is sent again. */
  settle(): void;
}

export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

export interface HeldEvent {
  readonly line: string;
  readonly heldSinceMs: number;
}

export interface Outbox {
  /** Resolves once the event is kept as firmly as was asked. Rejects with a BillingError: `spool_full`, `closed` … */
  append(line: string): Promise<void>;
  /** The next events that nobody has taken; null when there are none. */
  take(limits: BatchLimits): Promise<Batch | null>;
  /** The same of the events that are held back. */
  takeHeld(limits: BatchLimits): Promise<Batch | null>;
  /** Keeps events aside for later, before their batch is settled. They stay `waiting`. */
  hold(events: readonly HeldEvent[]): void;
  /** Events and bytes that nobody has taken yet, without those held back. Estimates where damage was not found yet. */
  untaken(): { readonly events: number; readonly bytes: number };
  /** Calls of `append` that have not settled yet. */
  arriving(): number;
  /** Events held back that nobody has taken yet. */
  heldCount(): number;
  /** What earlier processes left is found and counted. */
  readonly found: Promise<void>;
  /** Called whenever there is more to take, or a call of `append` has failed. One listener. */
  onMore(listener: () => void): void;
  /** Calls of `append` still waiting are rejected with `closed`; what waits stays where it is. */
  close(): Promise<void>;
}

/** An event that will never be delivered, and why. */
export interface DeadLetter {
  readonly id: string;
  /** Null where neither the event nor the server named one. */
  readonly source: string | null;
  readonly status: 'rejected' | 'conflict';
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  /** When it was buried. RFC 3339 in UTC. */
  readonly at: string;
  readonly event: UsageEvent;
}

export interface DeadLetters {
  /** Resolves once they are on disk, where there is one; rejects when they cannot be written. */
  write(letters: readonly DeadLetter[]): Promise<void>;
  close(): void;
}

/** What a disk spool is made from. */
export interface SpoolParts {
  readonly settings: SpoolSettings;
  readonly counts: Counts;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

export interface SpoolSettings {
  /** Null: in memory. */
  readonly directory: string | null;
  readonly maxBytes: number;
  readonly fsync: 'always' | 'interval' | 'never';
  readonly fsyncIntervalMs: number;
  readonly whenFull: 'block' | 'throw' | 'drop-oldest';
}

/** Throws a BillingError when the directory cannot be used. */
export type OpenSpool = (parts: SpoolParts) => { readonly outbox: Outbox; readonly deadLetters: DeadLetters };
