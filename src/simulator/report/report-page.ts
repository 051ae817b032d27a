/**
 * A run as one page: what was simulated, whether all agrees, and charts of load, latency, outcomes and usage. Everything
 * is in the page itself: it needs no network and no script.
 */
import { describeDifference } from '../difference.ts';
import { writeQuantity } from '../oracle/costs.ts';
import type { OutcomeSummary } from '../outcome-ledger.ts';
import type { SimulationReport } from '../run-simulation.ts';
import { type Bar, barChart, escapeText, lineChart } from './charts.ts';
import type { RunSummary } from './run-watch.ts';

export interface ReportedRun {
  readonly report: Pick<SimulationReport, 'world' | 'oracle' | 'outcomes' | 'comparison' | 'totalsChecked'>;
  readonly run: RunSummary;
}

const style = `
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6b7c; --line: #dde3ea; --one: #2563a8; --two: #c2571a; --bad: #b3261e; --good: #1c7c43; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf1; --soft: #9aa8b7; --line: #334150; --one: #6ba6e8; --two: #f0975a; --bad: #ff8a80; --good: #6fd394; --ground: #141b23; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 900px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.lead { color: var(--soft); margin-top: 0; } .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: .5rem 1rem; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
figure { margin: 1.25rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; }
svg { width: 100%; height: auto; font-size: 12.5px; } svg text { fill: var(--ink); } svg .value { fill: var(--soft); } svg rect { fill: var(--one); } svg line { stroke: var(--line); }
svg path { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; stroke: var(--one); } svg path.s1 { stroke: var(--two); } svg text.s0 { fill: var(--one); } svg text.s1 { fill: var(--two); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 500; } .n { text-align: right; white-space: nowrap; } td:first-child { white-space: nowrap; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; border-left: 3px solid var(--bad); padding-left: .75rem; }
`;

const grouped = (number: number) => `${Math.round(number)}`.replace(/\B(?=(\d{3})+$)/g, ' ');
const ms = (value: number | null) => (value === null ? '–' : `${+value.toPrecision(3)} ms`);

export function reportPage({ report, run }: ReportedRun): string {
  const { world, comparison } = report;
  const title = `${world.scenario.name}, seed ${world.seed}`;
  const perSecond = run.seconds > 0 ? run.events / run.seconds : 0;
  const facts: readonly (readonly [string, string])[] = [
    ['sent', grouped(run.events)],
    ['requests', grouped(run.requests)],
    ['seconds', `${+run.seconds.toPrecision(3)}`],
    ['events a second', grouped(perSecond)],
    ['latency p50', ms(run.p50Ms)],
    ['latency p99', ms(run.p99Ms)],
    ['latency max', ms(run.maxMs)],
    ['sent again', grouped(run.repeated)],
  ];
  const span = `${new Date(world.fromMs).toISOString()} to ${new Date(world.toMs).toISOString()}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulation: ${escapeText(title)}</title><style>${style}</style></head><body>
<h1>Simulation: ${escapeText(title)}</h1>
<p class="lead">${escapeText(world.scenario.summary)}<br>${grouped(world.events)} usage events of ${grouped(world.customers.length)} customers and ${world.services.length} services, ${span}</p>
${verdict(report)}
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
<h2>The run</h2>
${lineChart('Load: events answered a second', [{ name: 'events/s', values: rates(run) }], { end: `${+run.seconds.toPrecision(3)} s`, unit: 'events/s' })}
${lineChart('Latency of a request', latencies(run), { end: `${+run.seconds.toPrecision(3)} s`, unit: 'ms' })}
<h2>Outcomes by kind</h2>
${outcomeTable(report.outcomes)}
${barChart(
  'Sendings by kind',
  report.outcomes.map(({ kind, sent }) => ({
    label: kind.replaceAll('_', ' '),
    value: sent,
    text: grouped(sent),
  })),
)}
<h2>Usage</h2>
${barChart('Events by service', byService(report))}
${barChart('Events by customer: the largest twenty', byCustomer(report))}
${lineChart('Events by local day', [{ name: 'events', values: byDay(report) }], { end: 'the end of the span', unit: 'events' })}
${differences(comparison.first.map((one) => describeDifference(world.seed, one)))}
</body></html>
`;
}

function verdict({ comparison, totalsChecked }: ReportedRun['report']): string {
  const { compared, different } = comparison;
  const what = totalsChecked ? 'answers and totals' : 'answers (totals were not asked for)';
  if (different === 0) return `<p class="good">All ${grouped(compared)} compared values agree: ${what}.</p>`;
  return `<p class="bad">${grouped(different)} of ${grouped(compared)} compared values differ: ${what}.</p>`;
}

function rates({ stretches }: RunSummary): number[] {
  return stretches.map(({ events, seconds }) => events / seconds);
}

function latencies({ stretches }: RunSummary) {
  return [
    { name: 'p50', values: stretches.map(({ p50Ms }) => p50Ms) },
    { name: 'p99', values: stretches.map(({ p99Ms }) => p99Ms) },
  ];
}

function outcomeTable(outcomes: readonly OutcomeSummary[]): string {
  const rows = outcomes.map(({ kind, sent, expected, got, agrees }) => {
    const word = agrees ? '<td class="good">ok</td>' : '<td class="bad">differs</td>';
    const cells = `<td>${kind.replaceAll('_', ' ')}</td><td class="n">${grouped(sent)}</td>`;
    return `<tr>${cells}<td>${escapeText(expected)}</td><td>${escapeText(got)}</td>${word}</tr>`;
  });
  const head = '<tr><th>what was sent</th><th class="n">sent</th><th>expected</th><th>got</th><th></th></tr>';
  return `<table>${head}${rows.join('')}</table>`;
}

/** Quantities of different services have different units: events are what can be compared. */
function byService({ world, oracle }: ReportedRun['report']): Bar[] {
  return world.services.map(({ name, id, unit }) => {
    let [events, quantity] = [0, 0n];
    for (const customer of oracle.tally.customers()) {
      for (const slice of oracle.tally.slices(customer, name)) {
        events += slice.events;
        quantity += slice.quantity;
      }
    }
    const [whole = '0'] = writeQuantity(quantity).split('.');
    const amount = whole.length > 15 ? 'huge' : whole.replace(/\B(?=(\d{3})+$)/g, ' ');
    return { label: id, value: events, text: `${grouped(events)} (${amount} ${unit})` };
  });
}

function byCustomer({ oracle }: ReportedRun['report']): Bar[] {
  return oracle.tally
    .customers()
    .map((customer) => ({
      label: customer,
      value: oracle.days(customer).reduce((sum, day) => sum + day.events, 0),
    }))
    .sort((one, other) => other.value - one.value)
    .slice(0, 20)
    .map(({ label, value }) => ({
      label: label.length > 36 ? `…${label.slice(-35)}` : label,
      value,
      text: grouped(value),
    }));
}

function byDay({ oracle }: ReportedRun['report']): number[] {
  const days = new Map<string, number>();
  for (const customer of oracle.tally.customers()) {
    for (const { date, events } of oracle.days(customer)) days.set(date, (days.get(date) ?? 0) + events);
  }
  return [...days].sort().map(([, events]) => events);
}

function differences(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<h2>The first differences</h2>${texts.map((one) => `<pre>${escapeText(one)}</pre>`).join('')}`;
}
