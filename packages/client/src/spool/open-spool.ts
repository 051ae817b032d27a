/** Opens the spool of one client: checks the directory, and puts outbox and dead letters together. */
import { basename, dirname, join } from 'node:path';
import { BillingError } from '../billing-error.ts';
import { makeMintId } from '../mint-id.ts';
import type { OpenSpool, SpoolParts } from '../outbox.ts';
import { makeDeadLetterFile } from './dead-letter-file.ts';
import type { Damage } from './queue-reader.ts';
import { nodeSpoolFiles, type SpoolFiles } from './spool-files.ts';
import { SpoolOutbox } from './spool-outbox.ts';

export const openSpool: OpenSpool = (parts) => openSpoolOn(nodeSpoolFiles, parts);

/** `files` is the seam for faults. Throws `spool_unusable` when the directory is missing or cannot be written. */
export function openSpoolOn(files: SpoolFiles, parts: SpoolParts): ReturnType<OpenSpool> {
  const { directory } = parts.settings;
  if (directory === null) throw new Error('a spool in memory has no files');
  const mint = makeMintId({ nowMs: parts.nowMs, fillRandom: (bytes) => crypto.getRandomValues(bytes) });
  try {
    if (!files.statSync(directory).isDirectory()) throw new Error('it is not a directory');
    const keepAside = (damage: Damage): void => keepDamage(files, directory, damage);
    const outbox = new SpoolOutbox({ ...parts, files, directory, mintId: mint, keepAside });
    return { outbox, deadLetters: makeDeadLetterFile(files, directory, mint()) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `spool.directory ${directory} cannot be used: ${why}`;
    throw new BillingError(message, { code: 'spool_unusable', field: 'spool.directory', cause });
  }
}

/** `damaged-<queue>-<segment>-<offset>.bin`, beside the dead letters. */
function keepDamage(files: SpoolFiles, directory: string, { path, offset, bytes }: Damage): void {
  if (bytes === null || bytes.length === 0) return;
  const queue = basename(dirname(path)).replace(/\..*$/, '');
  const name = `damaged-${queue}-${basename(path, '.seg')}-${offset}.bin`;
  files.writeFileSync(join(directory, name), bytes, { mode: 0o600 });
}
