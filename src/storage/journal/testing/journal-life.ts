/**
 * Lives through a list of steps with a journal, and holds it to a plain list of what it acknowledged. For tests only:
 * the journal is the real one, the disk is not.
 */
import { type Journal, JournalDamaged, type RecoveredEntry } from '../../journal.ts';
import type { JournalFiles } from '../journal-files.ts';
import { openJournal } from '../open-journal.ts';
import { type Faults, makeFaultyFiles, noFaults, type Operation } from './faulty-files.ts';
import { makeMemoryDisk } from './memory-disk.ts';
import { textsOf } from './read-back.ts';

export type Step =
  | { readonly kind: 'append'; readonly size: number }
  | { readonly kind: 'release'; readonly share: number }
  | ({ readonly kind: 'fault'; readonly failing: readonly Operation[] } & Pick<
      Faults,
      'bytesOfFailedWrite' | 'healthyOperations'
    >)
  | { readonly kind: 'fill'; readonly freeBytes: number }
  | { readonly kind: 'heal' | 'kill' | 'power cut' | 'close' }
  /** The process dies at the n-th operation from here, or of its start, and is then started again. */
  | { readonly kind: 'die' | 'die starting'; readonly operations: number };

/** So small that a few entries fill a segment. */
const segmentBytesMax = 300;

/** What the journal owes. */
interface Model {
  /** Acknowledged and not released, by entry. */
  readonly owed: Map<number, string>;
  /** Released or seen released: may be there still. */
  readonly released: Map<number, string>;
  /** Rejected: may be found where nothing else was acknowledged under its number. */
  readonly rejected: Map<number, Set<string>>;
}

/** Throws where the journal breaks its word. */
export async function live(
  steps: readonly Step[],
  seed: number,
  guard: (files: JournalFiles) => JournalFiles = (files) => files,
): Promise<void> {
  const keeps = makeCoin(seed);
  // So large that many entries take zeros along, and so small that some do not; or none at all.
  const aheadBytes = seed % 3 === 0 ? 0 : 400;
  const disk = makeMemoryDisk();
  const faults: Faults = { ...noFaults, keeps };
  const files = guard(makeFaultyFiles(disk, faults));
  const model: Model = { owed: new Map(), released: new Map(), rejected: new Map() };
  const start = async (): Promise<Journal> => {
    Object.assign(faults, noFaults, { keeps });
    const opened = await openJournal({ directory: 'journal', files, segmentBytesMax, aheadBytes });
    await checkRecovered(model, opened.recovered);
    return opened.journal;
  };
  let journal = await start();
  let count = 0;
  for (const step of steps) {
    count += 1;
    if (step.kind === 'append')
      await append(model, journal, `${count} `.repeat(step.size).slice(0, step.size + 4));
    if (step.kind === 'release') await release(model, journal, step.share);
    if (step.kind === 'fault') {
      const { bytesOfFailedWrite, healthyOperations } = step;
      Object.assign(faults, { failing: new Set(step.failing), bytesOfFailedWrite, healthyOperations });
    }
    if (step.kind === 'fill') faults.freeBytes = step.freeBytes;
    if (step.kind === 'heal')
      Object.assign(faults, noFaults, { keeps, operationsLeft: faults.operationsLeft });
    if (step.kind === 'die') {
      faults.operationsLeft = step.operations;
      faults.bytesOfFailedWrite = step.operations * 11;
    }
    if (step.kind === 'die starting') {
      faults.operationsLeft = step.operations;
      await dieStarting(files, aheadBytes);
    }
    if (step.kind === 'close') await journal.close().catch(() => {});
    if (step.kind === 'power cut') disk.cutPower(keeps);
    if (['kill', 'power cut', 'close', 'die starting'].includes(step.kind)) journal = await start();
  }
  disk.cutPower(keeps);
  await start();
}

/** Nothing may be owed to a start that did not come to its end, but it must not make things worse. */
async function dieStarting(files: JournalFiles, aheadBytes: number): Promise<void> {
  try {
    await openJournal({ directory: 'journal', files, segmentBytesMax, aheadBytes });
  } catch (error) {
    if (error instanceof JournalDamaged) throw error;
  }
}

async function append({ owed, rejected }: Model, journal: Journal, text: string): Promise<void> {
  const highest = Math.max(0, ...owed.keys());
  try {
    const half = text.length >> 1;
    const parts = [text.slice(0, half), text.slice(half)].map((part) => Buffer.from(part, 'latin1'));
    const entry = await journal.append(parts);
    if (entry <= highest) throw new BrokenWord(`entry ${entry} comes after ${highest}`);
    owed.set(entry, text);
    rejected.clear();
  } catch (error) {
    if (error instanceof BrokenWord) throw error;
    for (const entry of [0, highest + 1]) rejected.set(entry, (rejected.get(entry) ?? new Set()).add(text));
  }
}

async function release({ owed, released }: Model, journal: Journal, share: number): Promise<void> {
  const entries = [...owed.keys()];
  const upTo = entries[Math.floor((entries.length * share) / 4) - 1] ?? 0;
  for (const [entry, text] of owed) {
    if (entry > upTo) break;
    released.set(entry, text);
    owed.delete(entry);
  }
  await journal.release(upTo).catch(() => {});
}

/** What is found becomes what is owed: whoever replays it relies on it from now on. */
async function checkRecovered(model: Model, recovered: AsyncIterable<RecoveredEntry>): Promise<void> {
  const { owed, released, rejected } = model;
  const found = await textsOf(recovered);
  for (const [index, { entry, text }] of found.entries()) {
    if (index > 0 && entry !== (found[index - 1]?.entry ?? 0) + 1)
      throw new BrokenWord(`${entry} is out of order`);
    const known = owed.get(entry) ?? released.get(entry);
    const isLastTry = index === found.length - 1 && [...rejected.values()].some((texts) => texts.has(text));
    if (known !== text && !(known === undefined && isLastTry)) {
      throw new BrokenWord(`entry ${entry}, ${JSON.stringify(text)}, is not what was acknowledged`);
    }
  }
  for (const entry of owed.keys()) {
    if (!found.some((one) => one.entry === entry))
      throw new BrokenWord(`entry ${entry} is not what was acknowledged`);
  }
  owed.clear();
  released.clear();
  rejected.clear();
  for (const { entry, text } of found) owed.set(entry, text);
}

class BrokenWord extends Error {}

/** A coin that falls the same way for the same seed (xorshift). */
function makeCoin(seed: number): () => boolean {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 1024) !== 0;
  };
}
