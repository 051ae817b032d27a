/** How a simulation is told: the scenarios, the span, its progress, what became of what was sent, differences. Text only. */
import { describeDifference } from '../simulator/difference.ts';
import type { RunSummary } from '../simulator/report/run-watch.ts';
import type { SimulationReport } from '../simulator/run-simulation.ts';
import type { Progress } from '../simulator/run-waves.ts';
import { scenarios } from '../simulator/scenarios/scenario-list.ts';
import type { SendingKind } from '../simulator/workload/sending.ts';
import type { World } from '../simulator/workload/world.ts';
import { groupThousands, renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const kindTexts: Record<SendingKind, string> = {
  usage: 'ordinary usage',
  late: 'usage that came late',
  boundary: 'at the edge of a day or month',
  extreme: 'of extreme size',
  skewed: 'by a clock that is wrong',
  credit: 'credit (negative)',
  customer_unknown: 'usage of an unknown customer',
  service_unknown: 'usage of an unknown service',
  repeat_same_batch: 'repeat in the same batch',
  repeat_in_flight: 'sent twice at the same moment',
  repeat_later: 'repeat in a later batch',
  repeat_respelled: 'repeat, written differently',
  conflict: 'same id, other content',
  mistake: 'invalid',
};

const differencesShownMax = 20;

const count = (number: number) => groupThousands(`${number}`);

export function describeScenarios(): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios
    .map(({ name, summary, days, customers, events }) => {
      const size = `${days} days, ${customers} customers, ${count(events)} events unless told otherwise`;
      return `  ${name.padEnd(width)}  ${summary}\n  ${' '.repeat(width)}  ${size}`;
    })
    .join('\n');
}

export function describeWorld(world: World, storedBefore: number): string {
  const span = `${new Date(world.fromMs).toISOString()} to ${new Date(world.toMs).toISOString()}`;
  const lines = [
    `Scenario ${world.scenario.name}, seed ${world.seed}: ${count(world.events)} usage events`,
    `  of ${count(world.customers.length)} customers and ${world.services.length} services, from ${span},`,
    '  with repeats, conflicts, invalid records and unknown names on top.',
  ];
  if (storedBefore > 0) {
    lines.push(
      `The server has ${count(storedBefore)} of these events from an earlier run: ` +
        'they are sent again, and totals must stay exact.',
    );
  }
  return lines.join('\n');
}

/** Tells every step to a person, and every tenth of the way to a log. */
export function progressPrinter(terminal: Terminal): (progress: Progress) => void {
  let tenthsTold = 0;
  return ({ usage, usageTotal, sent, perSecond, secondsLeft }) => {
    const tenths = Math.floor((usage * 10) / Math.max(1, usageTotal));
    if (!terminal.interactive && tenths === tenthsTold) return;
    tenthsTold = tenths;
    const left = secondsLeft === null || usage >= usageTotal ? '' : `, ${describeSeconds(secondsLeft)} left`;
    terminal.status(
      `Sent ${count(sent)}: ${count(usage)} of ${count(usageTotal)} usage events, ${count(perSecond)}/s${left}`,
    );
  };
}

function describeSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** Rejections of all codes in one cell would fill the screen: their sum stands in the table. */
function shorten(told: string): string {
  if (told.length <= 60) return told;
  const rejected = [...told.matchAll(/rejected \S+ (\d+)/g)].map((match) =>
    Number.parseInt(match[1] ?? '0', 10),
  );
  const others = told.split(', ').filter((part) => !part.startsWith('rejected '));
  const sum = rejected.reduce((all, one) => all + one, 0);
  return [...others, `rejected ${sum} by ${rejected.length} codes`].join(', ');
}

export function describeOutcomes({ outcomes }: Pick<SimulationReport, 'outcomes'>): string {
  const rows = outcomes.map(({ kind, sent, expected, got, agrees }) => [
    kindTexts[kind],
    count(sent),
    shorten(expected),
    shorten(got),
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
export function describeComparison({
  world,
  totalsChecked,
  comparison,
}: Pick<SimulationReport, 'world' | 'totalsChecked' | 'comparison'>): string {
  const { compared, different, first } = comparison;
  const what = totalsChecked ? 'Totals checked' : 'Answers checked, totals not';
  if (different === 0) return `${what}: ${count(compared)} values agree`;
  const shown = first.slice(0, differencesShownMax).map((one) => `  ${describeDifference(world.seed, one)}`);
  const more = different - shown.length;
  return [
    `${what}: ${count(different)} of ${count(compared)} values DIFFER`,
    ...shown,
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
    `The same again: ${describeArguments(world)}`,
  ].join('\n');
}

/** What makes the very same run: the same texts, to the byte. */
export function describeArguments(world: World): string {
  const { seed, events, customers, fromMs, toMs } = world;
  const days = Math.round((toMs - fromMs) / 86_400_000);
  const end = new Date(toMs).toISOString();
  return `--seed ${seed} --events ${events} --customers ${customers.length} --days ${days} --end ${end}`;
}

const milliseconds = (ms: number | null) => (ms === null ? '–' : `${+ms.toPrecision(3)} ms`);

export function describeRequests(run: RunSummary): string {
  const perSecond = run.seconds > 0 ? Math.round(run.events / run.seconds) : 0;
  const again = run.repeated > 0 ? `, ${count(run.repeated)} of them more than once` : '';
  return (
    `${count(run.requests)} requests${again}: ${count(perSecond)} events/s, ` +
    `p50 ${milliseconds(run.p50Ms)}, p99 ${milliseconds(run.p99Ms)}, max ${milliseconds(run.maxMs)}`
  );
}
