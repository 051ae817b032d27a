/**
 * The one segment that is being written. It knows where its synced content ends and how far its file reaches; when to
 * begin another is the journal's decision.
 */
import { headerBytes } from './frame.ts';
import type { JournalFile } from './journal-files.ts';
import { writeAll } from './write-all.ts';

/**
 * A small write takes zeros up to the next multiple of this along, so that the next ones stay within the file: their
 * fsync has no new size to write then. Measured on a busy 2-core machine, medians of 7, with and without, twice: entries
 * of 300 B 723 and 904 a second instead of 413 and 443 (p50 0.50 and 0.58 ms instead of 1.03 and 0.74), of 64 KiB 371 and
 * 592 instead of 348 and 438, of 1 MiB the same. Zeros for a whole segment of 64 MiB do as much for small entries, but
 * the first one waits 0.1 s for them, and those of 1 MiB became up to a quarter slower.
 */
export const aheadBytesDefault = 256 * 1024;
/** A larger write brings its own new size; zeros would only make it larger. */
const smallShareMax = 4;

export interface OpenSegment {
  /** Resolves when it is on disk. When it rejects the segment must not be written again. */
  append(parts: readonly Buffer[]): Promise<void>;
  /** Cut to what was synced, whatever else was written, and closed; both as far as they can be. */
  close(): Promise<void>;
}

/** `file` holds a synced header. */
export function openSegment(file: JournalFile, aheadBytes: number): OpenSegment {
  let end = headerBytes;
  let reach = headerBytes;
  const padding = Buffer.alloc(aheadBytes);
  const paddingFor = (next: number) => {
    const isSmall = (next - end) * smallShareMax <= aheadBytes;
    return isSmall && next > reach
      ? padding.subarray(0, aheadBytes - (next % aheadBytes))
      : padding.subarray(0, 0);
  };
  return {
    async append(parts) {
      const next = parts.reduce((sum, { length }) => sum + length, end);
      const ahead = paddingFor(next);
      await writeAll(file, [...parts, ahead], end);
      await file.sync();
      end = next;
      reach = Math.max(reach, next + ahead.length);
    },
    async close() {
      await file.truncate(end).catch(() => {});
      await file.close().catch(() => {});
    },
  };
}
