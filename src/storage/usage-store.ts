/**
 * The port to stored usage: append blocks of accepted events, find by identity, aggregate, list.
 * It knows nothing of customers' records, prices or HTTP, and it never decides what a duplicate is.
 * Every number that leaves it is exact: decimals are strings in shortest plain form.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import type { Meter } from '../domain/meters/meter.ts';
import type { GroupKey, MeteredUsage, StoredCorrections, UsageView } from './metered-usage.ts';

export { ResultTooLarge } from '../errors.ts';
export * from './metered-usage.ts';

/** The engine does not take a block because of what is in it. */
export class BlockRefused extends Error {
  override readonly name = 'BlockRefused';
}

/** What is remembered of an identity that was stored. */
export interface Seen extends Identity {
  readonly fingerprint: string;
}

export interface EventFilter {
  readonly customerId?: string;
  readonly service?: string;
  readonly source?: string;
  /** Inclusive. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  readonly where?: EventCondition;
}

/** The place after which a page begins: the last item of the page before. */
export interface EventPosition {
  readonly timeMs: number;
  readonly sequence: number;
}

export interface EventPage {
  readonly filter: EventFilter;
  readonly order: 'asc' | 'desc';
  readonly after: EventPosition | null;
  readonly limit: number;
  /** Events as they count in this view: voided ones are left out, amended ones as amended. Default: `currentView`. */
  readonly view?: UsageView;
}

/**
 * Windows as instants, so that zones and calendars are decided in one place (src/time), not per engine:
 * an event at `t` is in the window that starts at the greatest `starts[i] <= t`, or, with `stepMs`,
 * at `starts[i] + k * stepMs` for the greatest k that is not after `t`.
 */
export interface Windows {
  readonly starts: readonly number[];
  readonly stepMs: number | null;
}

export interface UsageQuery {
  readonly filter: EventFilter;
  /** Default: `currentView`. */
  readonly view?: UsageView;
  /** What the meter says of the events of its service, instead of the sum of their quantities. */
  readonly meter?: Meter;
  /** With a time-weighted meter: levels count up to here. */
  readonly levelsUntilMs?: number;
  /** Narrow to these customers, when given. */
  readonly customerIds?: readonly string[];
  readonly windows: Windows | null;
  readonly groupBy: readonly GroupKey[];
  /** More rows than this are refused with `ResultTooLarge`. */
  readonly rowsMax: number;
}

/** Rows come ordered by window, then by keys (bytewise). */
export interface UsageRow {
  /** Start of the window as defined by `Windows` (not clipped to the span); null without windows. */
  readonly windowStartMs: number | null;
  /** In the order of `groupBy`; null for an event that lacks the property. */
  readonly keys: readonly (PropertyValue | null)[];
  readonly quantity: string;
  readonly events: number;
}

export interface SuspenseQuery {
  readonly knownCustomers: readonly string[];
  readonly knownServices: readonly string[];
  readonly after: { readonly customerId: string; readonly service: string } | null;
  readonly limit: number;
}

/** Usage whose customer or service is not known, by (customer, service) in bytewise order. */
export interface SuspenseRow {
  readonly customerId: string;
  readonly service: string;
  readonly quantity: string;
  readonly events: number;
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
}

/** Rows to be written in a format of the engine's. */
export interface Table {
  /** Names are unique. `moment`: milliseconds since the epoch; `count`: a whole number from 0. */
  readonly columns: readonly { readonly name: string; readonly type: 'moment' | 'text' | 'count' }[];
  /** Cells in the order of the columns; texts may be null. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface UsageStore extends MeteredUsage, StoredCorrections {
  /**
   * Stores a block of rows (usage-rows/encode-rows.ts), each buffer whole rows; resolves when all of it is durable (fsync) and visible to every later query.
   * When it rejects, any part of the block may have been stored: ask `findSeen` before trying again.
   * `BlockRefused` says that the block's content is the reason, so that trying again as it is will not help.
   */
  append(rows: readonly Buffer[]): Promise<void>;
  /** Which of these identities are stored. Exact: compared byte for byte. Unknown ones are absent. */
  findSeen(identities: readonly Identity[]): Promise<Seen[]>;
  findEvent(identity: Identity): Promise<StoredEvent | null>;
  listEvents(page: EventPage): Promise<StoredEvent[]>;
  aggregate(query: UsageQuery): Promise<UsageRow[]>;
  listSuspense(query: SuspenseQuery): Promise<SuspenseRow[]>;
  /** Whether any stored event of this customer carries an `amount`. */
  hasAmount(customerId: string): Promise<boolean>;
  /** A table of any origin as a Parquet file. */
  encodeParquet(table: Table): Promise<Uint8Array>;
  /** The greatest sequence stored; 0 when there is none. */
  lastSequence(): Promise<number>;
  countEvents(): Promise<number>;
  /** How many pieces the engine keeps the events in: many of them make questions slow. */
  countParts(): Promise<number>;
  /**
   * Hands over a 64-bit hash of every event that was stored before the call: xxHash64 with seed 0 of
   * secret + source + tab + id in UTF-8. In no order, in pieces of some thousand that belong to the caller only
   * until it is done with them; the next one waits for that. Events stored meanwhile may come too.
   * Works in the background; ends with the signal's reason when that is aborted.
   */
  scanKeyHashes(
    secret: string,
    onHashes: (hashes: BigUint64Array) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}
