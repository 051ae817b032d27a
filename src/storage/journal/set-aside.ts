/**
 * Lets a damaged journal be opened again: moves the damaged segment and those behind it into another folder. What the
 * damaged one holds before the damage stays in the journal too. It deletes nothing and repairs nothing.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspectJournal, isRefused, type SegmentReport } from './inspect-journal.ts';
import { nodeJournalFiles } from './journal-files.ts';

export interface SetAside {
  /** Names of the segments that were moved, the damaged one first. */
  readonly names: readonly string[];
  /** Entries that are in the journal still. */
  readonly keptEntries: number;
}

/** `target` is made; it must lie on the journal's file system. Null when nothing is damaged. */
export async function setAsideDamaged(directory: string, target: string): Promise<SetAside | null> {
  const segments = await inspectJournal(directory, nodeJournalFiles);
  const at = segments.findIndex(isRefused);
  const damaged = segments[at];
  if (!damaged) return null;
  await mkdir(target, { recursive: true, mode: 0o700 });
  const later = segments.slice(at + 1);
  // The damaged one is the last to leave the journal: cut off in the middle, this can be done again.
  for (const { name } of later.toReversed()) await rename(join(directory, name), join(target, name));
  if (damaged.entries > 0) await keepBeginning(directory, target, damaged);
  else await rename(join(directory, damaged.name), join(target, damaged.name));
  for (const folder of [target, dirname(target), directory]) await nodeJournalFiles.syncFolder(folder);
  const kept = segments.slice(0, at + 1);
  return {
    names: [damaged, ...later].map(({ name }) => name),
    keptEntries: kept.reduce((sum, { entries }) => sum + entries, 0),
  };
}

/** The whole file is copied, and on disk, before the original is cut at the damage. */
async function keepBeginning(directory: string, target: string, { name, end }: SegmentReport): Promise<void> {
  const copy = join(target, name);
  await copyFile(join(directory, name), copy, constants.COPYFILE_EXCL);
  await onFile(copy, (file) => file.sync());
  await nodeJournalFiles.syncFolder(target);
  await onFile(join(directory, name), async (file) => {
    await file.truncate(end);
    await file.sync();
  });
}

async function onFile(
  path: string,
  act: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await act(file);
  } finally {
    await file.close();
  }
}
