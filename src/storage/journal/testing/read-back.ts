/** What a journal gives back, as a list. For tests only. */
import type { RecoveredEntry } from '../../journal.ts';
import type { JournalFiles } from '../journal-files.ts';
import { type OpenedJournal, openJournal } from '../open-journal.ts';

export interface Reopened extends OpenedJournal {
  readonly entries: readonly { readonly entry: number; readonly text: string }[];
}

export async function reopen(
  files: JournalFiles,
  segmentBytesMax = 1_000_000,
  aheadBytes = 0,
): Promise<Reopened> {
  const opened = await openJournal({ directory: 'journal', files, segmentBytesMax, aheadBytes });
  return { ...opened, entries: await textsOf(opened.recovered) };
}

export async function textsOf(recovered: AsyncIterable<RecoveredEntry>) {
  const entries: { entry: number; text: string }[] = [];
  for await (const { entry, payload } of recovered) entries.push({ entry, text: payload.toString('latin1') });
  return entries;
}
