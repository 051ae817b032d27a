/** Corrections that were made: one, all, or all of one event, oldest first. */
import type { Correction } from '../domain/events/correction.ts';
import type { Identity } from '../domain/events/stored-event.ts';
import type { Dependencies } from './dependencies.ts';

export interface CorrectionPage {
  readonly afterSequence: number;
  readonly limit: number;
  /** Only those of this event. */
  readonly event?: Identity;
}

export interface BrowseCorrections {
  find(id: string): Promise<Correction | null>;
  list(page: CorrectionPage): Promise<Correction[]>;
}

export function makeBrowseCorrections({ ingest, usageStore }: Dependencies): BrowseCorrections {
  return {
    async find(id) {
      await ingest.barrier();
      return usageStore.findCorrection(id);
    },
    async list({ afterSequence, limit, event }) {
      await ingest.barrier();
      if (!event) return usageStore.listCorrections({ afterSequence, limit });
      const all = await usageStore.findCorrections(event);
      return all.filter(({ sequence }) => sequence > afterSequence).slice(0, limit);
    },
  };
}
