/** Corrections through the pipeline: journalled like events, visible when they are answered. It judges none. */
import type { Correction, NewCorrection } from '../domain/events/correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { encodeCorrection } from '../storage/usage-rows/encode-corrections.ts';
import type { Flusher } from './flusher.ts';
import type { JournalWriter } from './journal-writer.ts';

export type Correct = (correction: NewCorrection, original: StoredEvent) => Promise<Correction>;

export interface CorrectDependencies {
  readonly writer: Pick<JournalWriter, 'writeCorrection'>;
  readonly flusher: Pick<Flusher, 'barrier'>;
}

/** Resolves when the correction is durable and every later query sees it. */
export function makeCorrect({ writer, flusher }: CorrectDependencies): Correct {
  return async (correction, original) => {
    const sequence = await writer.writeCorrection(encodeCorrection(correction, original));
    await flusher.barrier();
    return { ...correction, sequence };
  };
}
