/**
 * `countinghouse close`: closes a period for all customers, or for one, group by group. What was closed before is only
 * counted, so it may be stopped at any moment and run again. What a close is, the server decides.
 */
import type { Command } from './command.ts';
import type { ApiConnection } from './connect.ts';
import { type ImportParts, systemParts, withConnection } from './import-parts.ts';
import { waitForInterruption } from './interruption.ts';
import { refusalOf } from './put-record.ts';
import { reportFailure } from './report-failure.ts';
import { readStatementOptions } from './statement-options.ts';
import { WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse close --period YYYY-MM [options]

Closes the statements of a month: of every customer, or of one. A closed statement never changes; what arrives
later is adjusted on the next one. The period must be over in the customer's time zone, and the one before closed.

It may be stopped with Ctrl-C and run again: what is closed stays closed.

Options:
  --period YYYY-MM the month to close
  --customer ID    only this customer
  --data DIR       the data folder (default ./data); when a server has it open, through that server
  --url URL        a running server instead, with the key in COUNTINGHOUSE_API_KEY
  --help           this text

Exit code: 0 when all are closed, 1 when some could not be closed or it was stopped, 2 for wrong usage.

Examples:
  countinghouse close --period 2026-10
  countinghouse close --period 2026-10 --customer cust_42 --url http://127.0.0.1:8787
`;

interface Counts {
  closed: number;
  before: number;
  refused: number;
}

interface GroupAnswer {
  readonly closed: number;
  readonly closed_before: number;
  readonly refused: readonly {
    readonly customer_id: string;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly next_after: string | null;
}

/** How many refusals are told one by one. */
const toldMax = 20;

export async function runClose(
  args: readonly string[],
  parts: ImportParts,
  isStopped: () => boolean,
): Promise<number> {
  const options = readStatementOptions(args);
  if (options === 'help') {
    parts.output.print(help.trimEnd());
    return 0;
  }
  const { period, customer, target } = options;
  if (period === undefined) throw new WrongUsage('which period? --period 2026-10');
  const counts: Counts = { closed: 0, before: 0, refused: 0 };
  let isDone = false;
  await withConnection(parts, target, async (api) => {
    isDone =
      customer === undefined
        ? await closeAll(api, period, counts, parts, isStopped)
        : await closeOne(api, period, customer, counts, parts);
  });
  const { closed, before, refused } = counts;
  parts.output.print(`closed ${closed}, closed before ${before}, refused ${refused}`);
  if (!isDone) parts.output.print('stopped: run it again to close the rest');
  return isDone && refused === 0 ? 0 : 1;
}

async function closeOne(
  api: ApiConnection,
  period: string,
  id: string,
  counts: Counts,
  parts: ImportParts,
): Promise<boolean> {
  const answer = await api.request('POST', `/v1/customers/${encodeURIComponent(id)}/statements`, { period });
  if (answer.status === 201) counts.closed += 1;
  else if (answer.status === 200) counts.before += 1;
  else {
    counts.refused += 1;
    parts.errors.print(`${id}: ${refusalOf(answer).reason}`);
  }
  return true;
}

/** Resolves to whether it came to the end. */
async function closeAll(
  api: ApiConnection,
  period: string,
  counts: Counts,
  { output, errors }: ImportParts,
  isStopped: () => boolean,
): Promise<boolean> {
  for (let after: string | null = ''; after !== null; ) {
    if (isStopped()) return false;
    const answer = await api.request('POST', '/v1/statements', { period, ...(after !== '' && { after }) });
    if (answer.status !== 200) throw new Error(refusalOf(answer).reason);
    const group = answer.body as GroupAnswer;
    for (const { customer_id: id, code, detail } of group.refused) {
      counts.refused += 1;
      if (counts.refused <= toldMax) errors.print(`${id}: ${detail} (${code})`);
    }
    counts.closed += group.closed;
    counts.before += group.closed_before;
    output.status(`closed ${counts.closed}, closed before ${counts.before}, refused ${counts.refused}`);
    after = group.next_after;
  }
  if (counts.refused > toldMax) errors.print(`… and ${counts.refused - toldMax} more`);
  return true;
}

export const close: Command = {
  name: 'close',
  summary: "close a month's statements, of all customers or of one",
  help,
  async run(args) {
    const parts = systemParts();
    const interruption = waitForInterruption();
    let stopped = false;
    void interruption.asked.then(() => {
      stopped = true;
    });
    try {
      return await runClose(args, parts, () => stopped);
    } catch (error) {
      return reportFailure('close', error, parts.errors);
    } finally {
      interruption.forget();
    }
  },
};
