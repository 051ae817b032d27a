/**
 * A question's `as_of` (a sequence, a moment, or neither) as a place in the one order and the records as they stood there.
 * What was written before the question was asked is durable and visible when this resolves. It asks nothing of usage itself.
 */
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';

export type AsOf = { readonly sequence: number } | { readonly timeMs: number };

export interface AskedMoment {
  readonly view: CatalogView;
  /** The greatest sequence that counts. Without `as_of`: the last one given when the question was asked. */
  readonly sequenceMax: number;
}

type Needed = Pick<
  Dependencies,
  'catalog' | 'ingest' | 'recordStore' | 'sequence' | 'usageStore' | 'writeLane'
>;

export async function resolveAsOf(needed: Needed, asOf: AsOf | null): Promise<AskedMoment> {
  const { catalog, ingest, sequence, writeLane } = needed;
  // A place in the lane: every record write that was begun before has entered the catalog.
  const last = await writeLane(async () => sequence.last());
  await ingest.settle();
  const asked =
    asOf === null ? last : 'sequence' in asOf ? asOf.sequence : await sequenceAt(needed, asOf.timeMs);
  // What came since, or is still to come, does not count: records and usage must be of one moment.
  const sequenceMax = Math.min(asked, last);
  return { view: catalog.asOf(sequenceMax), sequenceMax };
}

async function sequenceAt({ recordStore, usageStore }: Needed, timeMs: number): Promise<number> {
  return Math.max(...(await Promise.all([recordStore.sequenceAt(timeMs), usageStore.sequenceAt(timeMs)])));
}
