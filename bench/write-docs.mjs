// @ts-check
/** Puts the latest results between the marks in docs/benchmarks.md; the words around them are written by people. */
import { readFile, writeFile } from 'node:fs/promises';
import { figuresText, markdownTable } from './result-table.mjs';

const page = new URL('../docs/benchmarks.md', import.meta.url);
const begin = '<!-- results: written by `npm run bench -- --write-docs` -->';
const end = '<!-- end of results -->';

/** @param {import('./run-rounds.mjs').Report} report */
export async function writeDocs(report) {
  const text = await readFile(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/benchmarks.md has lost the marks around its results');
  const results = `${begin}\n\n${resultsText(report)}\n\n`;
  await writeFile(page, text.slice(0, from) + results + text.slice(to));
}

/** @param {import('./run-rounds.mjs').Report} report */
function resultsText({ machine, engineVersion, rounds, seconds, rows, figures }) {
  const { date, processor, memory, system, node, revision, loadBefore } = machine;
  const place = `${processor}, ${memory}, ${system}, Node ${node}, engine ${engineVersion}`;
  const how = `${rounds} rounds of ${seconds} s each; load average before: ${loadBefore}; revision ${revision}`;
  const paragraphs = [`Measured ${date}: ${place}. ${how}.`, markdownTable(rows), figuresText(figures)];
  return paragraphs.filter((paragraph) => paragraph !== null).join('\n\n');
}
