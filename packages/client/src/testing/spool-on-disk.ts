/** A spool's outbox on a folder of its own, without a sender, and what a crash leaves of one. For tests only. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Counts } from '../counts.ts';
import type { Logger } from '../options.ts';
import type { Batch, Outbox, SpoolSettings } from '../outbox.ts';
import { openSpoolOn } from '../spool/open-spool.ts';
import { nodeSpoolFiles, type SpoolFiles } from '../spool/spool-files.ts';

export interface SpoolUnderTest {
  readonly outbox: Outbox;
  readonly counts: Counts;
  readonly directory: string;
  /** Messages at `warn` and above. */
  readonly log: string[];
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countinghouse-spool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openTestSpool(
  directory: string,
  settings: Partial<SpoolSettings> = {},
  files: Partial<SpoolFiles> = {},
): SpoolUnderTest {
  const counts = new Counts();
  const log: string[] = [];
  const note = (_: object, message: string): void => void log.push(message);
  const logger: Logger = { debug: () => {}, info: () => {}, warn: note, error: note };
  const defaults: SpoolSettings = {
    ...{ directory, maxBytes: 1024 * 1024, fsync: 'never', fsyncIntervalMs: 1000, whenFull: 'throw' },
  };
  const parts = { settings: { ...defaults, ...settings }, counts, logger, nowMs: Date.now };
  const { outbox } = openSpoolOn({ ...nodeSpoolFiles, ...files }, parts);
  onTestFinished(() => outbox.close());
  return { outbox, counts, directory, log };
}

/** The directory as a killed process leaves it: all that was written, and no lock. */
export function crashed(directory: string): string {
  const copy = makeFolder();
  cpSync(directory, copy, { recursive: true, filter: (path) => basename(path) !== 'lock' });
  return copy;
}

/** Every segment below a folder, oldest first. */
export function listSegments(directory: string): string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.seg'))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
    .map((path) => join(directory, path));
}

const everything = { maxEvents: 7, maxBytes: 1024 * 1024 };

/** Takes and settles all there is; the lines in their order. */
export async function drain(outbox: Outbox): Promise<string[]> {
  await outbox.found;
  const lines: string[] = [];
  for (let batch = await outbox.take(everything); batch !== null; batch = await outbox.take(everything)) {
    lines.push(...linesOf(batch));
    batch.settle();
  }
  return lines;
}

/** Read both ways: one by one, and as the request's body. */
export function linesOf(batch: Batch): string[] {
  const lines = Array.from({ length: batch.count }, (_, index) => batch.line(index));
  const body = Buffer.from(batch.body(0, batch.count)).toString('utf8');
  if (body !== `[${lines.join(',')}]`) throw new Error('the body is not the lines');
  return lines;
}
