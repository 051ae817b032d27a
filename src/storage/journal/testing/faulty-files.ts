/**
 * A file layer between the journal and a memory disk that fails, comes up short or dies at the operation it is told
 * to. For tests of the journal only.
 */
import type { JournalFile, JournalFiles } from '../journal-files.ts';
import type { MemoryDisk } from './memory-disk.ts';

export type Operation = 'create' | 'write' | 'sync' | 'truncate' | 'close' | 'remove' | 'syncFolder';

export interface Faults {
  /** So many operations go well before the faults begin. */
  healthyOperations: number;
  /** These operations fail, as often as they are asked. */
  failing: ReadonlySet<Operation>;
  /** A failing write has put this many bytes down. */
  bytesOfFailedWrite: number;
  /** A write takes no more than this at once. */
  writeBytesMax: number;
  /** Bytes that still fit on the disk. */
  freeBytes: number;
  /** After so many operations that change something, everything fails: the process is dead. */
  operationsLeft: number;
  /** What of an unfinished sync is on the medium all the same. */
  keeps: () => boolean;
}

export const noFaults: Faults = {
  healthyOperations: 0,
  failing: new Set(),
  bytesOfFailedWrite: 0,
  writeBytesMax: Number.POSITIVE_INFINITY,
  freeBytes: Number.POSITIVE_INFINITY,
  operationsLeft: Number.POSITIVE_INFINITY,
  keeps: () => false,
};

/** Reads `faults` anew at every operation, so that a test changes them as it goes. */
export function makeFaultyFiles(disk: MemoryDisk, faults: Faults): JournalFiles {
  const { files } = disk;
  const act = async <T>(operation: Operation, perform: () => Promise<T>): Promise<T> => {
    count(faults);
    if (faults.operationsLeft < 0) throw new Error('the process is dead');
    if (isFailing(faults, operation)) throw new Error(`no ${operation}`);
    return perform();
  };
  const wrap = (name: string, file: JournalFile): JournalFile => ({
    write: (parts, offset) => write(faults, file, Buffer.concat(parts), offset),
    async sync() {
      try {
        await act('sync', () => file.sync());
      } catch (error) {
        const isAlive = faults.operationsLeft >= 0;
        if (isAlive && disk.names().includes(name)) disk.loseDirty(name, faults.keeps);
        throw error;
      }
    },
    truncate: (size) => act('truncate', () => file.truncate(size)),
    close: () => act('close', () => file.close()),
  });
  return {
    ...files,
    create: (folder, name) => act('create', async () => wrap(name, await files.create(folder, name))),
    openExisting: async (folder, name) => wrap(name, await files.openExisting(folder, name)),
    remove: (folder, name) => act('remove', () => files.remove(folder, name)),
    syncFolder: (folder) => act('syncFolder', () => files.syncFolder(folder)),
  };
}

async function write(faults: Faults, file: JournalFile, bytes: Buffer, offset: number): Promise<number> {
  count(faults);
  const fails = faults.operationsLeft < 0 || isFailing(faults, 'write');
  const wanted = fails ? faults.bytesOfFailedWrite : faults.writeBytesMax;
  const taken = Math.min(bytes.length, wanted, faults.freeBytes);
  // A process that died earlier writes nothing any more; one that dies here may have written a part.
  if (taken > 0 && faults.operationsLeft >= -1) await file.write([bytes.subarray(0, taken)], offset);
  faults.freeBytes -= taken;
  if (fails) throw new Error('no write');
  if (taken === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  return taken;
}

function count(faults: Faults): void {
  faults.operationsLeft -= 1;
  faults.healthyOperations -= 1;
}

function isFailing({ failing, healthyOperations }: Faults, operation: Operation): boolean {
  return healthyOperations < 0 && failing.has(operation);
}
