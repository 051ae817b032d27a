/** The queues that other processes left: claimed, opened, counted, and removed once all in them is settled. */
import type { Counts } from '../counts.ts';
import type { Logger } from '../options.ts';
import { claimLeftQueues } from './owner-folder.ts';
import { closeQueue, openLeftQueue, type Queue } from './queue.ts';
import type { ReaderParts } from './queue-reader.ts';

export interface LeftParts {
  readonly directory: string;
  readonly reader: Omit<ReaderParts, 'onRemoved'>;
  readonly counts: Counts;
  readonly logger: Logger;
  /** Something was claimed. */
  readonly onMore: () => void;
}

export class LeftQueues {
  /** Oldest first. */
  readonly all: Queue[] = [];
  readonly #parts: LeftParts;
  /** Moved to us, and not opened yet. */
  #unopened: string[] = [];
  #claiming: Promise<void> | null = null;

  constructor(parts: LeftParts) {
    this.#parts = parts;
  }

  /** Moves what is left in the directory to `owner`. Never rejects; one at a time. */
  claim(owner: string): Promise<void> {
    this.#claiming ??= this.#claimNow(owner)
      .catch((error) => this.#trouble(error))
      .finally(() => {
        this.#claiming = null;
      });
    return this.#claiming;
  }

  async settle(): Promise<void> {
    await this.#claiming;
  }

  /** May be asked again of one that is finished. */
  finish(queue: Queue): void {
    const index = this.all.indexOf(queue);
    if (index < 0) return;
    this.all.splice(index, 1);
    closeQueue(this.#parts.reader.files, queue);
  }

  async #claimNow(owner: string): Promise<void> {
    const { directory, reader } = this.#parts;
    try {
      await claimLeftQueues(reader.files, directory, owner, (path) => this.#unopened.push(path));
    } finally {
      this.#openAll();
    }
  }

  /** Oldest first. One that cannot be opened now holds up no other, and is tried again. */
  #openAll(): void {
    const paths = this.#unopened.sort();
    this.#unopened = [];
    for (const path of paths) {
      try {
        this.#open(path);
      } catch (error) {
        this.#unopened.push(path);
        this.#trouble(error);
      }
    }
    if (paths.length > this.#unopened.length) this.#parts.onMore();
  }

  #open(path: string): void {
    const { reader, counts, logger } = this.#parts;
    const queue = openLeftQueue(reader, path);
    const { events } = queue.reader.untaken();
    this.all.push(queue);
    counts.add('recorded', events);
    if (events > 0) logger.info({ events }, 'adopted events that another process left in the spool');
  }

  #trouble(error: unknown): void {
    this.#parts.reader.onTrouble(error, 'what other processes left in the spool could not be claimed');
  }
}
