/**
 * The port to the journal: what was acknowledged and is not in the usage store yet. It keeps bytes in their order and
 * gives them back after a crash; it does not know what they mean, nor when they may be forgotten: it is told.
 */
export interface Journal {
  /**
   * Adds one entry, made of `parts`; resolves with its number once it is on disk (fsync). One call at a time.
   * When it rejects the entry is not acknowledged, though it may be found after a crash.
   */
  append(parts: readonly Buffer[]): Promise<number>;
  /**
   * Every entry up to this number is in the usage store: segments of such entries only are removed. When it rejects
   * they are tried again with the next release. May be called while an append is under way.
   */
  release(entry: number): Promise<void>;
  /**
   * Bytes in segments that are still needed; what is allocated ahead is not counted. The one being written is needed,
   * whatever was released: a bound on this must leave room for one whole segment and the largest entry.
   */
  bytes(): number;
  /** Lets the files go; what was not released stays, and where nothing is left there is nothing to replay. */
  close(): Promise<void>;
}

/** An entry that a process before this one wrote and did not see released. */
export interface RecoveredEntry {
  readonly entry: number;
  readonly payload: Buffer;
}

/** Something that was on disk once is not any more: starting would mean to lose it in silence. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, reason: string) {
    super(
      `the journal is damaged: ${file} at byte ${offset}: ${reason}; "countinghouse doctor" says what can be done`,
    );
    this.file = file;
    this.offset = offset;
  }
}

/** The journal was written by a later version of this program, which can read it. */
export class JournalNewer extends Error {
  override readonly name = 'JournalNewer';
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`the journal was written by a newer version: ${file}: ${reason}: use that version`);
    this.file = file;
  }
}
