/**
 * Journals with a guard removed, by a file layer that undoes it. Only negative controls use them: what proves that the
 * journal keeps its word must fail with these.
 */
import { crc32 } from 'node:zlib';
import { frameHeadBytes, frameMagic, headAt, headerAt, headerBytes, segmentMagic } from '../frame.ts';
import type { JournalFile, JournalFiles } from '../journal-files.ts';

/** Nothing is ever synced. */
export function withoutSync(files: JournalFiles): JournalFiles {
  const unsynced = (file: JournalFile): JournalFile => ({ ...file, sync: async () => {} });
  return {
    ...files,
    create: async (directory, name) => unsynced(await files.create(directory, name)),
    openExisting: async (directory, name) => unsynced(await files.openExisting(directory, name)),
    syncFolder: async () => {},
  };
}

/** Whatever is read has the checksums that it should have: a reader that trusts lengths. */
export function withoutChecksums(files: JournalFiles): JournalFiles {
  return { ...files, read: async (directory, name) => forgeChecksums(await files.read(directory, name)) };
}

function forgeChecksums(bytes: Buffer): Buffer {
  if (bytes.length < headerBytes || !bytes.subarray(0, 8).equals(segmentMagic)) return bytes;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, headerAt.checksum)), headerAt.checksum);
  let offset = headerBytes;
  while (offset + frameHeadBytes <= bytes.length && bytes.indexOf(frameMagic, offset) === offset) {
    const start = offset + frameHeadBytes;
    const end = start + bytes.readUInt32BE(offset + headAt.length);
    const head = bytes.subarray(offset, offset + headAt.headChecksum);
    bytes.writeUInt32BE(crc32(head), offset + headAt.headChecksum);
    bytes.writeUInt32BE(crc32(bytes.subarray(start, end)), offset + headAt.payloadChecksum);
    offset = end;
  }
  return bytes;
}
