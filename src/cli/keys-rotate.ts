/** `countinghouse keys rotate`: a new secret for a key, while the old one goes on for a while. */
import { parseArgs } from 'node:util';
import { limits } from '../limits.ts';
import { readTarget, targetOptions } from './import-parts.ts';
import { ask, makeKeyCommand, readName, type ShownKey, targetHelp } from './key-command.ts';
import { readWholeNumber } from './whole-number.ts';

const help = `Usage: countinghouse keys rotate NAME [options]

Gives a key a new secret and prints it, alone, on standard output. Name, scopes, source and customer stay.
The old secret goes on for a day, so that senders can change over one by one.

Options:
  --overlap SECONDS  how long the old secret goes on; 0: it ends at once  (default 86400)
${targetHelp}

Examples:
  countinghouse keys rotate api-gateway --data ./data
  countinghouse keys rotate api-gateway --overlap 0 --data ./data      (it has leaked)
`;

export const keysRotate = makeKeyCommand({
  name: 'keys rotate',
  summary: 'give an API key a new secret',
  help,
  readArguments(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...targetOptions,
        overlap: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const overlap =
      values.overlap === undefined
        ? {}
        : { overlap_seconds: readWholeNumber('overlap', values.overlap, 0, limits.keyOverlapSecondsMax) };
    return { target: readTarget(values), options: { name: readName(positionals), overlap } };
  },
  async run(api, { name, overlap }, { output, errors }) {
    const path = `/v1/keys/${encodeURIComponent(name)}/rotate`;
    const made = await ask<ShownKey>(api, 'POST', path, overlap);
    for (const { prefix, ends_at } of made.secrets) {
      if (ends_at !== undefined) errors.print(`The old secret ${prefix}… goes on until ${ends_at}.`);
    }
    errors.print(`The new secret of ${made.name} is shown this once:`);
    output.print(made.key);
  },
});
