/**
 * `countinghouse import customers`: a CSV file of customers to the server. Good rows are imported, bad ones
 * named by their line. What a row means is in domain/records/read-customer-list.ts.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { ColumnChoice } from '../domain/records/customer-columns.ts';
import { type ListedCustomer, readCustomerList } from '../domain/records/read-customer-list.ts';
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
import { forEachInFlight } from './in-flight.ts';
import { putRecord } from './put-record.ts';
import { reportFailure } from './report-failure.ts';

const help = `Usage: countinghouse import customers FILE.csv [options]

Imports customers from a CSV file (UTF-8) with a header. The column of the name is recognised (name, customer,
company, client …) or is the only one; columns id, time_zone and currency are optional. Without an id, the
customer's id is made of the name: "Café São Paulo" is cafe-sao-paulo.

Good rows are imported and bad ones named by their line. Importing the same file again changes nothing.

Options:
  --data DIR         the data folder (default ./data); when a server has it open, through that server
  --url URL          a running server instead, with the key in COUNTINGHOUSE_API_KEY
  --name-column X    the column of the name
  --id-column X      the column of the id
  --help             this text

Exit code: 0 when rows were imported, 1 when the file cannot be read or nothing could be imported, 2 for wrong
usage.

Examples:
  countinghouse import customers examples/customers.csv --data ./data
  countinghouse import customers crm.csv --url http://127.0.0.1:8787 --name-column "Legal name" --id-column Nr
`;

/** Requests at once: the server answers them together, and its other users do not notice. */
const inFlightMax = 8;

interface Arguments {
  readonly file: string;
  readonly target: Target;
  readonly columns: ColumnChoice;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...targetOptions,
      'name-column': { type: 'string' },
      'id-column': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { 'name-column': nameColumn, 'id-column': idColumn } = values;
  const columns = {
    ...(nameColumn !== undefined && { nameColumn }),
    ...(idColumn !== undefined && { idColumn }),
  };
  return { file: readOneFile(positionals), target: readTarget(values), columns };
}

async function importFile({ file, target, columns }: Arguments, parts: ImportParts): Promise<number> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`cannot read ${file}`, { cause });
  });
  const { customers, problems } = readCustomerList(text, columns);
  const report = makeImportReport(file, ['customers'], 'line');
  for (const { line, reason } of problems) report.addProblem({ place: line, reason });
  try {
    if (customers.length > 0) {
      await withConnection(parts, target, (api) => putCustomers(api, customers, report, parts));
    }
  } finally {
    parts.output.print(report.describe());
  }
  return report.exitCode();
}

async function putCustomers(
  api: ApiConnection,
  customers: readonly ListedCustomer[],
  report: ImportReport,
  { output }: ImportParts,
): Promise<void> {
  let done = 0;
  await forEachInFlight(customers, inFlightMax, async ({ line, id, name, timeZone, currency }) => {
    const wanted = { name, ...(timeZone && { time_zone: timeZone }), ...(currency && { currency }) };
    const result = await putRecord(api, `/v1/customers/${encodeURIComponent(id)}`, wanted);
    if (result.ok) report.count('customers', result.change);
    else report.addProblem({ place: line, reason: result.reason });
    done += 1;
    if (output.interactive) output.status(`${done} of ${customers.length} customers`);
  });
}

export function makeImportCustomers(makeParts: () => ImportParts): Command {
  return {
    name: 'import customers',
    summary: 'import customers from a CSV file',
    help,
    async run(args) {
      const parts = makeParts();
      try {
        const options = readArguments(args);
        if (options !== 'help') return await importFile(options, parts);
        parts.output.print(help.trimEnd());
        return 0;
      } catch (error) {
        return reportFailure('import customers', error, parts.errors);
      }
    },
  };
}

export const importCustomers = makeImportCustomers(systemParts);
