/** `countinghouse keys list`: which keys there are. Never their text, which nobody has. */
import { parseArgs } from 'node:util';
import { readTarget, targetOptions } from './import-parts.ts';
import { ask, type ListedKey, makeKeyCommand, targetHelp } from './key-command.ts';
import { type Column, renderTable } from './table.ts';

const help = `Usage: countinghouse keys list [options]

Lists the API keys, revoked ones too: what each may do, and how its secrets begin.

Options:
${targetHelp}

Examples:
  countinghouse keys list --data ./data
`;

interface Page {
  readonly items: readonly ListedKey[];
  readonly next_cursor: string | null;
}

const columns: readonly Column[] = ['name', 'status', 'scopes', 'source', 'customer', 'made', 'secrets'].map(
  (title) => ({ title, align: 'left' }),
);

export const keysList = makeKeyCommand({
  name: 'keys list',
  summary: 'list the API keys',
  help,
  readArguments(args) {
    const options = { ...targetOptions, help: { type: 'boolean', default: false } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return values.help ? 'help' : { target: readTarget(values), options: null };
  },
  async run(api, _, { output }) {
    const keys: ListedKey[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = new URLSearchParams({ limit: '1000', ...(cursor && { cursor }) });
      const page: Page = await ask<Page>(api, 'GET', `/v1/keys?${query}`);
      keys.push(...page.items);
      cursor = page.next_cursor;
    }
    output.print(keys.length === 0 ? 'There are no API keys.' : renderTable(columns, keys.map(toRow)));
  },
});

function toRow({ name, status, scopes, source, customer_id, created_at, secrets }: ListedKey): string[] {
  const shown = secrets.map(({ prefix, ends_at }) => `${prefix}…${ends_at ? ` until ${ends_at}` : ''}`);
  return [name, status, scopes.join(' '), source, customer_id ?? '', created_at, shown.join(', ')];
}
