// @ts-check
/** The results as one table: for a terminal (medians, below them the range) and for Markdown. */

/** @typedef {import('./summarize.mjs').Spread} Spread */
/** @typedef {import('./summarize.mjs').Summary} Summary */
/** @typedef {import('./summarize.mjs').Row} Row */
/** @typedef {import('./summarize.mjs').FigureSummary} FigureSummary */

/** @type {readonly { head: string, name: keyof Summary, digits: number }[]} */
const columns = [
  { head: 'events/s', name: 'eventsPerSecond', digits: 0 },
  { head: 'stored/s', name: 'storedPerSecond', digits: 0 },
  { head: 'requests/s', name: 'requestsPerSecond', digits: 1 },
  { head: 'p50 ms', name: 'p50Ms', digits: 1 },
  { head: 'p99 ms', name: 'p99Ms', digits: 1 },
  { head: 'CPU µs/event', name: 'cpuPerEvent', digits: 1 },
  { head: 'RSS MB', name: 'residentMegabytes', digits: 0 },
  { head: 'disk B/event', name: 'diskPerEvent', digits: 0 },
  { head: 'merged B/event', name: 'diskPerEventAtRest', digits: 0 },
];

/** @param {readonly Row[]} rows */
export function textTable(rows) {
  const lines = [['', ...columns.map(({ head }) => head)]];
  for (const { title, summary, rounds } of rows) {
    const spreads = columns.map(({ name, digits }) => ({ spread: summary[name], digits }));
    lines.push([title, ...spreads.map(({ spread, digits }) => median(spread, digits))]);
    if (rounds.length > 1) lines.push(['', ...spreads.map(({ spread, digits }) => range(spread, digits))]);
  }
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (/** @type {string} */ cell, /** @type {number} */ column) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** @param {readonly Row[]} rows */
export function markdownTable(rows) {
  const head = `| | ${columns.map((column) => column.head).join(' | ')} |`;
  const rule = `| --- |${' ---: |'.repeat(columns.length)}`;
  const lines = rows.map(({ title, summary, rounds }) => {
    const cells = columns.map(({ name, digits }) => {
      const spread = summary[name];
      const below = spread === null || rounds.length === 1 ? '' : `<br>${range(spread, digits)}`;
      return median(spread, digits) + below;
    });
    return `| ${title} | ${cells.join(' | ')} |`;
  });
  return [head, rule, ...lines].join('\n');
}

/**
 * What is no row of the table, a line each.
 * @param {readonly FigureSummary[]} figures
 * @returns {string | null} null when there are none
 */
export function figuresText(figures) {
  if (figures.length === 0) return null;
  return figures.map((figure) => `- ${figureText(figure)}`).join('\n');
}

/** @param {FigureSummary} figure */
function figureText({ label, spread, unit, digits }) {
  const several = spread.min === spread.max ? '' : ` (${range(spread, digits)})`;
  return `${label}: ${median(spread, digits)}${unit === '' ? '' : ` ${unit}`}${several}`;
}

/**
 * @param {Spread | null} spread
 * @param {number} digits
 */
function median(spread, digits) {
  return spread === null ? '–' : format(spread.median, digits);
}

/**
 * @param {Spread | null} spread
 * @param {number} digits
 */
function range(spread, digits) {
  return spread === null ? '' : `${format(spread.min, digits)}–${format(spread.max, digits)}`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
function format(value, digits) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
