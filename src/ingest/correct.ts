/** Corrections through the pipeline: journalled like events, and like them visible behind the barrier. It judges none. */
import type { Correction, NewCorrection } from '../domain/events/correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { encodeCorrection } from '../storage/usage-rows/encode-corrections.ts';
import type { JournalWriter } from './journal-writer.ts';

export type Correct = (correction: NewCorrection, original: StoredEvent) => Promise<Correction>;

export interface CorrectDependencies {
  readonly writer: Pick<JournalWriter, 'writeCorrection'>;
}

/** Resolves when the correction is durable. */
export function makeCorrect({ writer }: CorrectDependencies): Correct {
  return async (correction, original) => {
    const sequence = await writer.writeCorrection(encodeCorrection(correction, original));
    return { ...correction, sequence };
  };
}
