/**
 * `server.json` in a data folder: where the running server answers, and the token that lets commands of this
 * machine's user in. It exists while a server runs; after a crash it may be stale, so a command that can take
 * the folder's lock must not look at it.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './write-atomically.ts';

export interface ServerAddress {
  readonly url: string;
  /** A local admin token. */
  readonly token: string;
  readonly pid: number;
}

/** The address that a server left; null when there is none. */
export async function readServerFile(directory: string): Promise<ServerAddress | null> {
  const path = pathIn(directory);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Error(`cannot read ${path}`, { cause: error });
  }
  return parse(text, path);
}

/** Mode 0600: the token is the key to everything. */
export async function writeServerFile(directory: string, address: ServerAddress): Promise<void> {
  const { url, token, pid } = address;
  await writeAtomically(pathIn(directory), `${JSON.stringify({ url, token, pid })}\n`, 0o600);
}

export async function removeServerFile(directory: string): Promise<void> {
  await rm(pathIn(directory), { force: true });
}

function pathIn(directory: string): string {
  return join(directory, 'server.json');
}

function parse(text: string, path: string): ServerAddress {
  const found = JSON.parse(text) as Partial<ServerAddress> | null;
  const { url, token, pid } = found ?? {};
  if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') {
    throw new Error(`${path} is not a server's address`);
  }
  return { url, token, pid };
}
