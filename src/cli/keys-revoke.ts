/** `countinghouse keys revoke`: ends a key for good. */
import { parseArgs } from 'node:util';
import { readTarget, targetOptions } from './import-parts.ts';
import { ask, type ListedKey, makeKeyCommand, readName, targetHelp } from './key-command.ts';

const help = `Usage: countinghouse keys revoke NAME [options]

Ends a key and all its secrets, at once and for good; a running server refuses it from then on. Its name stays taken.

Options:
${targetHelp}

Examples:
  countinghouse keys revoke api-gateway --data ./data
`;

export const keysRevoke = makeKeyCommand({
  name: 'keys revoke',
  summary: 'end an API key',
  help,
  readArguments(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...targetOptions, help: { type: 'boolean', default: false } },
    });
    if (values.help) return 'help';
    return { target: readTarget(values), options: readName(positionals) };
  },
  async run(api, name, { output }) {
    const key = await ask<ListedKey>(api, 'POST', `/v1/keys/${encodeURIComponent(name)}/revoke`);
    output.print(`The key ${key.name} is revoked.`);
  },
});
