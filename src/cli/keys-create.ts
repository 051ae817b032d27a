/** `countinghouse keys create`: a new API key, printed once. */
import { parseArgs } from 'node:util';
import { readTarget, targetOptions } from './import-parts.ts';
import { ask, makeKeyCommand, type ShownKey, targetHelp } from './key-command.ts';
import { WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse keys create --name NAME --scope SCOPE [--scope SCOPE…] [options]

Makes an API key and prints it, alone, on standard output. It is shown this once: only a hash of it is kept.
Senders put it into COUNTINGHOUSE_API_KEY, or send it as "Authorization: Bearer KEY".

Scopes:
  events:write       report usage
  read               ask: events, usage, costs, records
  records:write      write customers, services and prices
  statements:write   close statements and correct them
  admin              everything, keys included

Options:
  --name NAME        what it is called; unique for ever
  --scope SCOPE      what it may do; may be given several times
  --source ID        the source of events that name none (default: the name); a rotation keeps it
  --customer ID      only this customer's data
${targetHelp}

Exit code: 0 when the key was made, 1 when it was not, 2 for wrong usage.

Examples:
  countinghouse keys create --name admin --scope admin --data ./data
  countinghouse keys create --name api-gateway --scope events:write --data /var/lib/countinghouse
  countinghouse keys create --name portal-cust-42 --scope read --customer cust_42 --url https://billing.example
`;

export const keysCreate = makeKeyCommand({
  name: 'keys create',
  summary: 'make an API key',
  help,
  readArguments(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...targetOptions,
        name: { type: 'string' },
        scope: { type: 'string', multiple: true },
        source: { type: 'string' },
        customer: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const { name, scope: scopes = [], source, customer } = values;
    if (name === undefined) throw new WrongUsage('--name is missing');
    if (scopes.length === 0) throw new WrongUsage('--scope is missing');
    const wanted = {
      ...{ name, scopes },
      ...(source !== undefined && { source }),
      ...(customer !== undefined && { customer_id: customer }),
    };
    return { target: readTarget(values), options: wanted };
  },
  async run(api, wanted, { output, errors }) {
    const made = await ask<ShownKey>(api, 'POST', '/v1/keys', wanted);
    const whose = made.customer_id === undefined ? '' : `, only for customer ${made.customer_id}`;
    errors.print(`The key ${made.name} may: ${made.scopes.join(', ')}${whose}. It is shown this once:`);
    output.print(made.key);
  },
});
