// @ts-check
/** Puts the latest results between the marks in docs/benchmarks.md; the words around them are written by people. */
import { readFile, writeFile } from 'node:fs/promises';
import { figuresText, markdownTable } from './result-table.mjs';

const page = new URL('../docs/benchmarks.md', import.meta.url);
/** Which command writes what stands between which marks. */
const sections = {
  results: {
    begin: '<!-- results: written by `npm run bench -- --write-docs` -->',
    end: '<!-- end of results -->',
  },
  questions: {
    begin: '<!-- questions: written by `npm run bench:questions -- --write-docs` -->',
    end: '<!-- end of questions -->',
  },
};

/** @param {import('./run-rounds.mjs').Report} report */
export async function writeDocs(report) {
  await writeSection('results', resultsText(report));
}

/**
 * @param {keyof typeof sections} name
 * @param {string} results in Markdown
 */
export async function writeSection(name, results) {
  const { begin, end } = sections[name];
  const text = await readFile(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has lost the marks around its ${name}`);
  await writeFile(page, `${text.slice(0, from)}${begin}\n\n${results}\n\n${text.slice(to)}`);
}

/** @param {import('./run-rounds.mjs').Report} report */
function resultsText({ machine, engineVersion, rounds, seconds, rows, figures }) {
  const { date, processor, memory, system, node, revision, loadBefore } = machine;
  const place = `${processor}, ${memory}, ${system}, Node ${node}, engine ${engineVersion}`;
  const how = `${rounds} rounds of ${seconds} s each; load average before: ${loadBefore}; revision ${revision}`;
  const paragraphs = [`Measured ${date}: ${place}. ${how}.`, markdownTable(rows), figuresText(figures)];
  return paragraphs.filter((paragraph) => paragraph !== null).join('\n\n');
}
