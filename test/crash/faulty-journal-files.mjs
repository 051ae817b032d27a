// @ts-check
/**
 * The journal's file operations, with points to die at and with errors on demand. The files are real. A removed guard
 * (no sync, checksums that always fit) is what a negative control runs with.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * @typedef {import('../../src/storage/journal/journal-files.ts').JournalFiles} JournalFiles
 * @typedef {import('../../src/storage/journal/journal-files.ts').JournalFile} JournalFile
 * @typedef {import('./crash-points.mjs').Passage} Passage
 *
 * @typedef {object} JournalFaults
 * @property {boolean} [writeFails] EIO, after half of the bytes
 * @property {boolean} [syncFails] EIO
 * @property {number} [writeBytesMax] a write takes no more than this at once
 * @property {number} [freeBytes] what still fits; then ENOSPC
 */

/** @param {string} code */
const failure = (code) => Object.assign(new Error(`${code}: made by the test`), { code });

/**
 * @param {JournalFiles} files
 * @param {() => JournalFaults} faults asked at every operation
 * @returns {JournalFiles}
 */
export function withFaults(files, faults) {
  /** How much was written since the faults last changed. */
  const used = { faults: faults(), bytes: 0 };
  /** @param {JournalFile} file @returns {JournalFile} */
  const wrap = (file) => ({
    ...file,
    async write(parts, offset) {
      const now = faults();
      if (used.faults !== now) Object.assign(used, { faults: now, bytes: 0 });
      const bytes = Buffer.concat([...parts]);
      const free = (now.freeBytes ?? Number.POSITIVE_INFINITY) - used.bytes;
      const wanted = now.writeFails ? bytes.length >> 1 : (now.writeBytesMax ?? bytes.length);
      const count = Math.min(bytes.length, wanted, free);
      if (count > 0) await file.write([bytes.subarray(0, count)], offset);
      used.bytes += count;
      if (now.writeFails) throw failure('EIO');
      if (count <= 0) throw failure('ENOSPC');
      return count;
    },
    async sync() {
      if (faults().syncFails) throw failure('EIO');
      await file.sync();
    },
  });
  return {
    ...files,
    create: async (directory, name) => wrap(await files.create(directory, name)),
    openExisting: async (directory, name) => wrap(await files.openExisting(directory, name)),
  };
}

/** @param {JournalFiles} files @param {Passage} passage @returns {JournalFiles} */
export function withPoints(files, passage) {
  return {
    ...files,
    async create(directory, name) {
      const file = await files.create(directory, name);
      return withWritePoints(file, passage);
    },
    async openExisting(directory, name) {
      const file = await files.openExisting(directory, name);
      return {
        ...file,
        async sync() {
          await file.sync();
          passage.pass('journal-settled');
        },
      };
    },
    async remove(directory, name) {
      passage.pass('segment-before-removal');
      await files.remove(directory, name);
      passage.pass('segment-after-removal');
    },
  };
}

/** The header is written and synced first; what follows are entries. @param {JournalFile} file @param {Passage} passage */
function withWritePoints(file, passage) {
  let hasHeader = false;
  return {
    ...file,
    /** @type {JournalFile['write']} */
    async write(parts, offset) {
      if (!hasHeader) return file.write(parts, offset);
      passage.pass('journal-before-write');
      if (passage.isNext('journal-half-written')) {
        const bytes = Buffer.concat([...parts]);
        // Half of the entry, not of the zeros behind it.
        await file.write(
          [bytes.subarray(0, (parts[0]?.length ?? 0) + ((parts[1]?.length ?? 0) >> 1))],
          offset,
        );
      }
      passage.pass('journal-half-written');
      const count = await file.write(parts, offset);
      passage.pass('journal-after-write');
      return count;
    },
    async sync() {
      if (!hasHeader) passage.pass('segment-created');
      await file.sync();
      passage.pass(hasHeader ? 'journal-after-sync' : 'segment-synced');
      hasHeader = true;
    },
  };
}

/** Whoever syncs believes it was done. @param {JournalFiles} files @returns {JournalFiles} */
export function withoutSync(files) {
  const unsynced = (/** @type {JournalFile} */ file) => ({ ...file, sync: async () => {} });
  return {
    ...files,
    create: async (directory, name) => unsynced(await files.create(directory, name)),
    openExisting: async (directory, name) => unsynced(await files.openExisting(directory, name)),
    syncFolder: async () => {},
  };
}

/** @typedef {typeof import('../../src/storage/journal/frame.ts')} FrameLayout */

/**
 * What is read has the checksums it should have, whatever is in it.
 * @param {JournalFiles} files
 * @param {FrameLayout} layout
 * @returns {JournalFiles}
 */
export function withoutChecksums(files, layout) {
  return { ...files, read: async (directory, name) => forged(await files.read(directory, name), layout) };
}

/** @param {Buffer} bytes @param {FrameLayout} layout */
function forged(bytes, { frameHeadBytes, frameMagic, headAt, headerBytes }) {
  let offset = headerBytes;
  while (offset + frameHeadBytes <= bytes.length && bytes.indexOf(frameMagic, offset) === offset) {
    const start = offset + frameHeadBytes;
    const end = start + bytes.readUInt32BE(offset + headAt.length);
    bytes.writeUInt32BE(
      crc32(bytes.subarray(offset, offset + headAt.headChecksum)),
      offset + headAt.headChecksum,
    );
    bytes.writeUInt32BE(crc32(bytes.subarray(start, end)), offset + headAt.payloadChecksum);
    offset = end;
  }
  return bytes;
}

/**
 * Keeps, in the folder `medium`, each file as it was when it was last synced, and only the names that a synced folder
 * had: what a power cut leaves at worst.
 * @param {JournalFiles} files
 * @param {string} medium
 * @returns {JournalFiles}
 */
export function withMedium(files, medium) {
  /** Synced, but not the name yet. @type {Set<string>} */
  const nameless = new Set();
  /** @type {Set<string>} */
  const removed = new Set();
  const copy = (/** @type {string} */ directory, /** @type {string} */ name) =>
    copyFile(join(directory, name), join(medium, name));
  /** @param {string} directory @param {string} name @param {JournalFile} file @returns {JournalFile} */
  const wrap = (directory, name, file) => ({
    ...file,
    async sync() {
      await file.sync();
      if (!nameless.has(name)) await copy(directory, name);
    },
  });
  return {
    ...files,
    async create(directory, name) {
      await mkdir(medium, { recursive: true });
      nameless.add(name);
      return wrap(directory, name, await files.create(directory, name));
    },
    openExisting: async (directory, name) => wrap(directory, name, await files.openExisting(directory, name)),
    async remove(directory, name) {
      await files.remove(directory, name);
      removed.add(name);
    },
    async syncFolder(directory) {
      await files.syncFolder(directory);
      for (const name of removed) await rm(join(medium, name), { force: true });
      // Its content at this moment: a header that was synced before.
      for (const name of nameless) await copy(directory, name).catch(() => {});
      removed.clear();
      nameless.clear();
    },
  };
}
