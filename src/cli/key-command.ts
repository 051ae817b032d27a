/**
 * What the `keys` commands have in common: which server or folder, and how they end. A key's text goes to standard output
 * alone, everything said about it to standard error, so that `KEY=$(countinghouse keys create …)` is the key.
 */
import type { Command } from './command.ts';
import type { ApiConnection } from './connect.ts';
import { type ImportParts, systemParts, type Target, withConnection } from './import-parts.ts';
import { refusalOf } from './put-record.ts';
import { reportFailure } from './report-failure.ts';
import { WrongUsage } from './whole-number.ts';

/** A key as the server lists it. */
export interface ListedKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly source: string;
  readonly customer_id?: string;
  readonly status: string;
  readonly created_at: string;
  readonly secrets: readonly { readonly prefix: string; readonly ends_at?: string }[];
}

export interface ShownKey extends ListedKey {
  readonly key: string;
}

export type KeyParts = Pick<ImportParts, 'connect' | 'output' | 'errors'>;

export const targetHelp = `  --data DIR         the data folder (default ./data); when a server has it open, through that server
  --url URL          a running server instead, with a key that may administer in COUNTINGHOUSE_API_KEY
  --help             this text`;

interface KeyCommand<Options> {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  readArguments(args: readonly string[]): { target: Target; options: Options } | 'help';
  run(api: ApiConnection, options: Options, parts: KeyParts): Promise<void>;
}

export function makeKeyCommand<Options>(
  { name, summary, help, readArguments, run }: KeyCommand<Options>,
  makeParts: () => ImportParts = systemParts,
): Command {
  return {
    name,
    summary,
    help,
    async run(args) {
      const parts = makeParts();
      try {
        const read = readArguments(args);
        if (read === 'help') parts.output.print(help.trimEnd());
        else await withConnection(parts, read.target, (api) => run(api, read.options, parts));
        return 0;
      } catch (error) {
        return reportFailure(name, error, parts.errors);
      }
    },
  };
}

/** The name that stands alone behind the command. */
export function readName(positionals: readonly string[]): string {
  const [name, ...others] = positionals;
  if (name === undefined) throw new WrongUsage('which key?');
  if (others.length > 0) throw new WrongUsage(`one key at a time, not also ${JSON.stringify(others[0])}`);
  return name;
}

/** Throws with the server's reason unless it did what was asked. */
export async function ask<Body>(
  api: ApiConnection,
  method: string,
  path: string,
  sent?: unknown,
): Promise<Body> {
  const answer = await api.request(method, path, sent);
  if (answer.status === 200 || answer.status === 201) return answer.body as Body;
  throw new Error(refusalOf(answer, '').reason);
}
