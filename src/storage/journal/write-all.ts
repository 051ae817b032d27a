/** A write that may come up short, repeated until everything is written. It syncs nothing. */
import type { JournalFile } from './journal-files.ts';

export async function writeAll(file: JournalFile, parts: readonly Buffer[], offset: number): Promise<void> {
  let at = offset;
  for (let rest = behind(parts, 0); rest.length > 0; ) {
    const count = await file.write(rest, at);
    if (count <= 0) throw new Error('the file took no bytes');
    at += count;
    rest = behind(rest, count);
  }
}

/** The parts without their first `count` bytes, and without empty ones. */
function behind(parts: readonly Buffer[], count: number): Buffer[] {
  let skip = count;
  const rest: Buffer[] = [];
  for (const part of parts) {
    if (part.length > skip) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest;
}
