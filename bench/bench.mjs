// @ts-check
/** `npm run bench`: how fast the built server takes usage, next to the engine alone. See `--help`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeChildProcesses } from './child-processes.mjs';
import { makeKnownRecords } from './known-records.mjs';
import { help, readOptions } from './options.mjs';
import { figuresText, textTable } from './result-table.mjs';
import { runRounds } from './run-rounds.mjs';
import { writeDocs } from './write-docs.mjs';

const warmUpMsMax = 2_000;
/** Every run gets the same events. */
const seed = 20_251_101;
const tell = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

/** @param {import('./options.mjs').BenchOptions} options */
async function bench({ seconds, rounds, names, growthEvents, json, profile, writeDocs: docs }) {
  const children = makeChildProcesses();
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-bench-'));
  const interrupted = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      interrupted.abort();
      children.killAll();
    });
  }
  try {
    const recordsFolder = join(directory, 'records');
    tell('putting customers and services on record …');
    await makeKnownRecords(children, recordsFolder);
    const windowMs = seconds * 1000;
    const warmUpMs = Math.min(warmUpMsMax, windowMs / 5);
    const profileDirectory = profile === undefined ? undefined : resolve(profile);
    const parts = { children, recordsFolder, windowMs, warmUpMs, seed, profileDirectory, tell };
    const report = await runRounds(parts, { directory, names, growthEvents, rounds });
    if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    if (docs) await writeDocs(report);
    return report;
  } catch (error) {
    throw interrupted.signal.aborted ? new Error('interrupted') : error;
  } finally {
    children.killAll();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(help);
  } else {
    const { rows, figures } = await bench(options);
    const text = [textTable(rows), figuresText(figures)].filter((part) => part !== null).join('\n\n');
    process.stdout.write(`\n${text}\n`);
  }
} catch (error) {
  tell(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
