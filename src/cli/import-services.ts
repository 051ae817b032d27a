/**
 * `countinghouse import services`: a JSON file of services and their rates to the server. Good entries are
 * imported, bad ones named by their position. What an entry means is in domain/records/read-service-list.ts.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ListedService, readServiceList } from '../domain/records/read-service-list.ts';
import type { Command } from './command.ts';
import type { ApiConnection } from './connect.ts';
import {
  type ImportParts,
  readOneFile,
  readTarget,
  systemParts,
  type Target,
  targetOptions,
  withConnection,
} from './import-parts.ts';
import { type ImportReport, makeImportReport } from './import-report.ts';
import { putPrice } from './put-price.ts';
import { putRecord } from './put-record.ts';
import { reportFailure } from './report-failure.ts';
import { WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse import services FILE.json [options]

Imports services and what one unit of each costs from a JSON file:

  [{ "name": "CloudStorage", "rate": 0.10, "unit": "GB-month" }]

"name" is the service's id as usage events name it. "rate" is taken exactly as written, as a number or as a
string. "unit" and "currency" are optional. The first rate of a service holds since always; another rate later
is a new price version from the moment of its import; the same rate again changes nothing.

Options:
  --currency CODE  the currency of rates that name none               (default USD)
  --data DIR       the data folder (default ./data); when a server has it open, through that server
  --url URL        a running server instead, with the key in COUNTINGHOUSE_API_KEY
  --help           this text

Exit code: 0 when services were imported, 1 when the file cannot be read or nothing could be imported, 2 for
wrong usage.

Examples:
  countinghouse import services examples/services.json --data ./data
  countinghouse import services rates.json --currency EUR --url http://127.0.0.1:8787
`;

interface Arguments {
  readonly file: string;
  readonly target: Target;
  readonly currency: string;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...targetOptions,
      currency: { type: 'string', default: 'USD' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { currency } = values;
  if (!/^[A-Z]{3}$/.test(currency)) throw new WrongUsage('--currency must be an ISO 4217 code like USD');
  return { file: readOneFile(positionals), target: readTarget(values), currency };
}

async function importFile({ file, target, currency }: Arguments, parts: ImportParts): Promise<number> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`cannot read ${file}`, { cause });
  });
  const { services, problems } = readServiceList(text);
  const report = makeImportReport(file, ['services', 'prices'], 'entry');
  for (const { index, reason } of problems) report.addProblem({ place: placeOf(index), reason });
  try {
    if (services.length > 0) {
      await withConnection(parts, target, async (api) => {
        for (const service of services) await putService(api, service, currency, report, parts);
      });
    }
  } finally {
    parts.output.print(report.describe());
  }
  return report.exitCode();
}

async function putService(
  api: ApiConnection,
  { index, id, name, rate, unit, currency }: ListedService,
  currencyDefault: string,
  report: ImportReport,
  { nowMs }: ImportParts,
): Promise<void> {
  const wanted = { name, ...(unit !== undefined && { unit }) };
  const service = await putRecord(api, `/v1/services/${encodeURIComponent(id)}`, wanted);
  if (!service.ok) return report.addProblem({ place: placeOf(index), reason: service.reason });
  report.count('services', service.change);
  const price = await putPrice(api, { service: id, currency: currency ?? currencyDefault, rate }, nowMs());
  if (!price.ok) return report.addProblem({ place: placeOf(index), reason: price.reason });
  report.count('prices', price.change);
}

/** People count from 1; 0 is the whole file. */
function placeOf(index: number | null): number {
  return index === null ? 0 : index + 1;
}

export function makeImportServices(makeParts: () => ImportParts): Command {
  return {
    name: 'import services',
    summary: 'import services and their rates from a JSON file',
    help,
    async run(args) {
      const parts = makeParts();
      try {
        const options = readArguments(args);
        if (options !== 'help') return await importFile(options, parts);
        parts.output.print(help.trimEnd());
        return 0;
      } catch (error) {
        return reportFailure('import services', error, parts.errors);
      }
    },
  };
}

export const importServices = makeImportServices(systemParts);
