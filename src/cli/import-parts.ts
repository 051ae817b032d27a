/** What the import commands need from outside, so that tests can give them something else. */
import type { ApiConnection, connect } from './connect.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

export interface ImportParts {
  readonly connect: typeof connect;
  readonly nowMs: () => number;
  readonly output: Terminal;
  readonly errors: Terminal;
}

/** Which server or data folder: what is not given is left to `connect`. */
export interface Target {
  readonly data?: string;
  readonly url?: string;
}

export const targetOptions = { data: { type: 'string' }, url: { type: 'string' } } as const;

export function readTarget({ data, url }: { data?: string | undefined; url?: string | undefined }): Target {
  if (data !== undefined && url !== undefined) throw new WrongUsage('give --data or --url, not both');
  if (url !== undefined && !URL.canParse(url)) {
    throw new WrongUsage('--url must be an address like http://127.0.0.1:8787');
  }
  return { ...(data !== undefined && { data }), ...(url !== undefined && { url }) };
}

export function readOneFile(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined) throw new WrongUsage('which file?');
  if (others.length > 0) throw new WrongUsage(`one file at a time, not also ${JSON.stringify(others[0])}`);
  return file;
}

/** Closes the connection however the work ends. */
export async function withConnection(
  parts: ImportParts,
  target: Target,
  work: (api: ApiConnection) => Promise<void>,
): Promise<void> {
  const api = await parts.connect(target);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

export function systemParts(): ImportParts {
  return {
    // Loaded when it is needed: it brings the whole server along, and `--help` should not.
    connect: async (options) => (await import('./connect.ts')).connect(options),
    nowMs: Date.now,
    output: makeTerminal(process.stdout),
    errors: makeTerminal(process.stderr),
  };
}
