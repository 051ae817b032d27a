/**
 * A disk in memory that forgets as a real one does: what was not synced, bytes, sizes and names, may be gone after a
 * power cut, sector by sector, or may be there. For tests of the journal only. It fails when it is told to: that is
 * faulty-files.ts.
 */
import type { JournalFile, JournalFiles } from '../journal-files.ts';

const sectorBytes = 64;

interface StoredFile {
  /** As the operating system sees it. */
  live: Buffer;
  /** As it is on the medium. */
  durable: Buffer;
  /** Sectors written and not synced. */
  readonly dirty: Set<number>;
}

export interface MemoryDisk {
  readonly files: JournalFiles;
  /** What was not synced is gone where `keeps` says false: it is asked for each name, each size and each sector. */
  cutPower(keeps: (name?: string) => boolean): void;
  /** An fsync fails: what it should have written is on the medium or not, and is never tried again. */
  loseDirty(name: string, keeps: () => boolean): void;
  names(): string[];
  /** The content of a file, to look at or to change behind the journal's back. */
  read(name: string): Buffer;
  replace(name: string, content: Buffer): void;
  rename(from: string, to: string): void;
  erase(name: string): void;
}

/** One folder, whatever its name. */
export function makeMemoryDisk(): MemoryDisk {
  let live = new Map<string, StoredFile>();
  let durable = new Map<string, StoredFile>();
  const fileOf = (name: string): StoredFile => {
    const file = live.get(name);
    if (!file) throw Object.assign(new Error(`no such file: ${name}`), { code: 'ENOENT' });
    return file;
  };
  const replace = (name: string, content: Buffer) => {
    const file = { live: Buffer.from(content), durable: Buffer.from(content), dirty: new Set<number>() };
    live.set(name, file);
    durable.set(name, file);
  };
  const files: JournalFiles = {
    makeFolder: async () => {},
    list: async () => [...live.keys()],
    read: async (_, name) => Buffer.from(fileOf(name).live),
    create: async (_, name) => {
      if (live.has(name)) throw Object.assign(new Error(`it exists: ${name}`), { code: 'EEXIST' });
      const file = { live: Buffer.alloc(0), durable: Buffer.alloc(0), dirty: new Set<number>() };
      live.set(name, file);
      return handleOf(file);
    },
    openExisting: async (_, name) => handleOf(fileOf(name)),
    remove: async (_, name) => void live.delete(name),
    syncFolder: async () => {
      durable = new Map(live);
    },
  };
  return {
    files,
    cutPower(keeps) {
      const names = [...new Set([...live.keys(), ...durable.keys()])];
      const kept = names.map((name) => [name, (keeps(name) ? live : durable).get(name)] as const);
      durable = new Map(kept.filter((one): one is [string, StoredFile] => one[1] !== undefined));
      live = new Map(durable);
      for (const file of live.values()) {
        keep(file, keeps);
        file.live = Buffer.from(file.durable);
      }
    },
    loseDirty: (name, keeps) => keep(fileOf(name), keeps),
    names: () => [...live.keys()].toSorted(),
    read: (name) => Buffer.from(fileOf(name).live),
    replace,
    rename(from, to) {
      replace(to, fileOf(from).live);
      live.delete(from);
    },
    erase: (name) => void live.delete(name),
  };
}

function handleOf(file: StoredFile): JournalFile {
  return {
    async write(parts, offset) {
      const bytes = Buffer.concat(parts);
      const end = offset + bytes.length;
      if (end > file.live.length) file.live = resized(file.live, end);
      bytes.copy(file.live, offset);
      for (let at = Math.floor(offset / sectorBytes); at * sectorBytes < end; at += 1) file.dirty.add(at);
      return bytes.length;
    },
    sync: async () => keep(file, () => true),
    truncate: async (size) => {
      file.live = resized(file.live, size);
    },
    close: async () => {},
  };
}

/** Moves what was written, where `keeps` says so, to the medium; the rest counts as written and is not. */
function keep(file: StoredFile, keeps: () => boolean): void {
  const size = file.live.length === file.durable.length || keeps() ? file.live.length : file.durable.length;
  const before = file.durable;
  file.durable = resized(before, size);
  for (const sector of file.dirty) {
    const start = sector * sectorBytes;
    const end = Math.min(start + sectorBytes, size, file.live.length);
    if (keeps() && start < end) file.live.copy(file.durable, start, start, end);
  }
  file.dirty.clear();
}

function resized(bytes: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  bytes.copy(result, 0, 0, Math.min(size, bytes.length));
  return result;
}
