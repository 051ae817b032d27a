/** How a simulation is told: its progress, the plan, what became of edge cases, and differences. Text only. */
import { describeDifference } from '../simulator/difference.ts';
import type { Expectation } from '../simulator/oracle/expect.ts';
import type { Progress } from '../simulator/run-plan.ts';
import type { SimulationReport } from '../simulator/run-simulation.ts';
import { allSendings, type Plan, type SendingKind } from '../simulator/workload/plan.ts';
import { groupThousands, renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const kindTexts: Record<SendingKind, string> = {
  usage: 'ordinary usage',
  customer_unknown: 'usage of an unknown customer',
  repeat_same_batch: 'repeat in the same batch',
  repeat_in_flight: 'sent twice at the same moment',
  repeat_later: 'repeat in a later batch',
  repeat_respelled: 'repeat, written differently',
  conflict: 'same id, other content',
  quantity_negative: 'negative quantity',
  quantity_not_decimal: 'quantity "abc"',
  quantity_null: 'quantity null',
  service_missing: 'no service',
  time_in_future: 'an hour in the future',
  member_unknown: 'unknown member "quantiy"',
  not_an_object: 'not an object',
};

const differencesShownMax = 20;

const count = (number: number) => groupThousands(`${number}`);

export function describePlan(
  plan: Plan,
  { counts, rejectedByCode }: Expectation,
  storedBefore: number,
): string {
  const sendings = allSendings(plan);
  const usage = sendings.filter(({ kind }) => kind === 'usage').length;
  const codes = Object.entries(rejectedByCode).map(([code, number]) => `${code} ${count(number)}`);
  const span = `${new Date(plan.fromMs).toISOString()} to ${new Date(plan.toMs).toISOString()}`;
  const lines = [
    `Seed ${plan.seed}: ${count(sendings.length)} sendings as source ${plan.source}, ${count(usage)} of them plain usage`,
    `  of ${count(plan.customers.length)} customers and ${plan.services.length} services, from ${span}.`,
    `Expected: ${count(counts.accepted)} accepted, ${count(counts.duplicate)} duplicates, ` +
      `${count(counts.conflict)} conflicts, ${count(counts.rejected)} rejected (${codes.sort().join(', ')}).`,
  ];
  if (storedBefore > 0) {
    lines.push(
      `The server has ${count(storedBefore)} of these events from an earlier run: ` +
        `they are sent again, ${count(counts.accepted - storedBefore)} are new, and totals must stay exact.`,
    );
  }
  return lines.join('\n');
}

/** Tells every step to a person, and every tenth of the way to a log. */
export function progressPrinter(terminal: Terminal): (progress: Progress) => void {
  let tenthsTold = 0;
  return ({ sent, total, perSecond }) => {
    const tenths = Math.floor((sent * 10) / total);
    if (!terminal.interactive && tenths === tenthsTold) return;
    tenthsTold = tenths;
    terminal.status(`Sent ${count(sent)} of ${count(total)} events, ${count(perSecond)} events/s`);
  };
}

export function describeOutcomes({ outcomes }: SimulationReport): string {
  const rows = outcomes.map(({ kind, sent, expected, got, agrees }) => [
    kindTexts[kind],
    count(sent),
    expected,
    got,
    agrees ? 'ok' : 'DIFFERS',
  ]);
  const columns = [
    { title: 'what was sent', align: 'left' },
    { title: 'sent', align: 'right' },
    { title: 'expected', align: 'left' },
    { title: 'got', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  return renderTable(columns, rows);
}

/** The last word: how many values agree, or the first differences. */
export function describeComparison({ plan, totalsChecked, comparison }: SimulationReport): string {
  const { compared, differences } = comparison;
  const what = totalsChecked ? 'Totals checked' : 'Answers checked, totals not';
  if (differences.length === 0) return `${what}: ${count(compared)} values agree`;
  const shown = differences
    .slice(0, differencesShownMax)
    .map((one) => `  ${describeDifference(plan.seed, one)}`);
  const more = differences.length - shown.length;
  return [
    `${what}: ${count(differences.length)} of ${count(compared)} values DIFFER`,
    ...shown,
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
  ].join('\n');
}
