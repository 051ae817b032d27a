/**
 * `countinghouse verify`: has closed statements computed again from stored events and says OK, or names the first
 * difference. It repairs nothing. docs/statements.md says how to do the same without this program.
 */
import type { Command } from './command.ts';
import type { ApiConnection } from './connect.ts';
import { type ImportParts, systemParts, withConnection } from './import-parts.ts';
import { refusalOf } from './put-record.ts';
import { reportFailure } from './report-failure.ts';
import { readStatementOptions } from './statement-options.ts';

const help = `Usage: countinghouse verify [options]

Computes closed statements again from the stored events and records as they stood, and compares everything: the
hash over the kept bytes, the chain of hashes, the digest of the events, every line, adjustment and total.

Options:
  --customer ID    only this customer's statements
  --period YYYY-MM only this month's
  --data DIR       the data folder (default ./data); when a server has it open, through that server
  --url URL        a running server instead, with the key in COUNTINGHOUSE_API_KEY
  --help           this text

Exit code: 0 when all agree; 1 on the first difference, or when no statement is of the customer and period that were
given; 2 for wrong usage.

Examples:
  countinghouse verify
  countinghouse verify --customer cust_42 --period 2026-10
`;

interface VerificationAnswer {
  readonly verified: number;
  readonly difference: {
    readonly statement: string;
    readonly path: string;
    readonly stored: unknown;
    readonly recomputed: unknown;
  } | null;
  readonly next_cursor: string | null;
}

export async function runVerify(args: readonly string[], parts: ImportParts): Promise<number> {
  const options = readStatementOptions(args);
  if (options === 'help') {
    parts.output.print(help.trimEnd());
    return 0;
  }
  const { period, customer, target } = options;
  const query = {
    ...(period !== undefined && { period }),
    ...(customer !== undefined && { customer_id: customer }),
  };
  let exitCode = 1;
  await withConnection(parts, target, async (api) => {
    exitCode = await verifyAll(api, query, parts);
  });
  return exitCode;
}

async function verifyAll(
  api: ApiConnection,
  query: Readonly<Record<string, string>>,
  { output, errors }: ImportParts,
): Promise<number> {
  let verified = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const parameters = new URLSearchParams({ ...query, limit: '500', ...(cursor !== '' && { cursor }) });
    const answer = await api.request('GET', `/v1/verification?${parameters}`);
    if (answer.status !== 200) throw new Error(refusalOf(answer).reason);
    const page = answer.body as VerificationAnswer;
    verified += page.verified;
    if (page.difference) {
      const { statement, path, stored, recomputed } = page.difference;
      errors.print(`DIFFERENCE in ${statement} at ${path === '' ? 'the whole' : path}`);
      errors.print(`  stored:     ${JSON.stringify(stored)}`);
      errors.print(`  recomputed: ${JSON.stringify(recomputed)}`);
      return 1;
    }
    cursor = page.next_cursor;
    if (cursor !== null) output.status(`verified ${verified}`);
  }
  if (verified === 0 && Object.keys(query).length > 0) {
    // A name that was mistyped must not look like a proof.
    errors.print('nothing was verified: no closed statement is of this customer and period');
    return 1;
  }
  output.print(`OK: ${verified} ${verified === 1 ? 'statement agrees' : 'statements agree'}`);
  return 0;
}

export const verify: Command = {
  name: 'verify',
  summary: 'compute closed statements again and name the first difference',
  help,
  async run(args) {
    const parts = systemParts();
    try {
      return await runVerify(args, parts);
    } catch (error) {
      return reportFailure('verify', error, parts.errors);
    }
  },
};
