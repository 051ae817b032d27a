// @ts-check
/** What both sides took, as one table: for a terminal and for Markdown. */
import { median } from './question-rounds.mjs';

/** @typedef {import('./questions.mjs').QuestionReport} QuestionReport */

const head = [
  'question',
  'rows',
  'ours ms',
  'theirs ms',
  'theirs to ours',
  'ours CPU ms',
  'theirs CPU ms',
  'CPU ratio',
];

/** @param {QuestionReport} report */
export function questionsText(report) {
  const lines = [head, ...cells(report)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return `${padded.map((line) => line.join('  ')).join('\n')}\n\n${placeText(report)}`;
}

/** @param {QuestionReport} report */
export function questionsMarkdown(report) {
  const rows = cells(report).map((line) => `| ${line.join(' | ')} |`);
  return [
    placeText(report),
    [`| ${head.join(' | ')} |`, `| --- |${' ---: |'.repeat(head.length - 1)}`, ...rows].join('\n'),
  ].join('\n\n');
}

/** @param {QuestionReport} report */
function cells({ results }) {
  return results.map(({ title, rows, ours, theirs }) => [
    title,
    rows.toLocaleString('en-US'),
    ...compared(ours, theirs, 'ms'),
    ...compared(ours, theirs, 'cpuMs'),
  ]);
}

/** @typedef {import('./question-rounds.mjs').Cost} Cost */

/**
 * @param {readonly Cost[]} ours
 * @param {readonly Cost[]} theirs
 * @param {keyof Cost} what
 */
function compared(ours, theirs, what) {
  const [mine = 0, other = 0] = [ours, theirs].map((costs) => median(costs.map((cost) => cost[what])));
  return [mine, other, other / mine].map((value) => value.toFixed(1));
}

/** @param {QuestionReport} report */
function placeText({ machine, engineVersion, events, rounds, tables }) {
  const { date, processor, memory, system, node, revision, loadBefore } = machine;
  const size = tables.map(
    ({ table, bytes, parts }) => `${table} ${(bytes / events).toFixed(1)} B/event in ${parts} parts`,
  );
  return `Measured ${date}: ${processor}, ${memory}, ${system}, Node ${node}, engine ${engineVersion}. \
${events.toLocaleString('en-US')} events; medians of ${rounds}; load average before: ${loadBefore}; revision ${revision}. \
At rest: ${size.join('; ')}.`;
}
