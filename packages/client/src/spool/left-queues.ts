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

  finish(queue: Queue): void {
    this.all.splice(this.all.indexOf(queue), 1);
    closeQueue(this.#parts.reader.files, queue);
  }

  async #claimNow(owner: string): Promise<void> {
    const { directory, reader, counts, logger, onMore } = this.#parts;
    const claimed = await claimLeftQueues(reader.files, directory, owner);
    for (const path of claimed) {
      const queue = openLeftQueue(reader, path);
      const { events } = queue.reader.untaken();
      this.all.push(queue);
      counts.add('recorded', events);
      if (events > 0) logger.info({ events }, 'adopted events that another process left in the spool');
    }
    if (claimed.length > 0) onMore();
  }

  #trouble(error: unknown): void {
    this.#parts.reader.onTrouble(error, 'what other processes left in the spool could not be claimed');
  }
}
