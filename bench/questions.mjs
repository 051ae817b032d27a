// @ts-check
/** `npm run bench:questions`: our table beside OpenMeter's, the same events, the same engine, the same run. See `--help`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openUsageStore } from '../dist/storage/clickhouse/clickhouse-usage-store.js';
import { openEmbeddedConnection } from '../dist/storage/clickhouse/embedded-connection.js';
import { usageTable } from '../dist/storage/clickhouse/schema.js';
import { describeMachine } from './machine.mjs';
import { fillRepeated, fillTheirs, theirInsertColumns, theirTable } from './openmeter-table.mjs';
import { fillUsage } from './question-events.mjs';
import { questionsHelp, readQuestionOptions } from './question-options.mjs';
import { askInRounds } from './question-rounds.mjs';
import { questions } from './question-set.mjs';
import { lastMonth, month } from './question-shape.mjs';
import { questionsMarkdown, questionsText } from './question-table.mjs';
import { writeSection } from './write-docs.mjs';

const tell = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
const limits = { executionMsMax: 120_000, memoryBytesMax: 4_000_000_000 };
const thousandthPage = 99_900;

/** @typedef {import('../dist/storage/clickhouse/connection.js').Connection} Connection */
/** @typedef {import('./question-rounds.mjs').QuestionResult} QuestionResult */
/**
 * @typedef {object} QuestionReport
 * @property {import('./machine.mjs').Machine} machine
 * @property {string} engineVersion
 * @property {number} events
 * @property {number} rounds
 * @property {{ table: string, bytes: number, parts: number }[]} tables
 * @property {QuestionResult[]} results
 */

/**
 * @param {Connection} connection
 * @param {string} sql
 * @returns {Promise<(string | number | null)[][]>}
 */
const rowsOf = (connection, sql) => connection.query({ sql, params: {} }, { lane: 'background', limits });

/**
 * @param {string} directory
 * @param {import('./question-options.mjs').QuestionOptions} options
 * @returns {Promise<QuestionReport>}
 */
async function compare(directory, { events, rounds }) {
  const machine = describeMachine();
  const connection = openEmbeddedConnection({ directory, querySessions: 1, waitingMax: 16 });
  const store = await openUsageStore(connection, limits);
  try {
    if ((await store.countEvents()) === 0) await fill(connection, events);
    const tables = await sizes(connection);
    const stored = await store.countEvents();
    const results = await askInRounds(await prepared(connection, store), { rounds, tell });
    const [[engineVersion = '']] = /** @type {[[string]]} */ (await rowsOf(connection, 'SELECT version()'));
    return { machine, engineVersion, events: stored, rounds, tables, results };
  } finally {
    await store.close();
  }
}

/** Both merged: how they are at rest. @param {Connection} connection @param {number} events */
async function fill(connection, events) {
  await fillUsage(connection, { events, tell });
  await fillTheirs(connection, tell);
  await fillRepeated(connection, month);
  for (const table of [usageTable, theirTable]) {
    tell(`merging ${table} …`);
    await connection.command(`OPTIMIZE TABLE ${table} FINAL`);
  }
}

/** @param {Connection} connection */
async function sizes(connection) {
  const rows = await rowsOf(
    connection,
    `SELECT table, sum(bytes_on_disk), count() FROM system.parts
WHERE active AND database = currentDatabase() AND table IN ('${usageTable}', '${theirTable}') GROUP BY table`,
  );
  return rows.map(([table, bytes, parts]) => ({
    ...{ table: String(table), bytes: Number(bytes), parts: Number(parts) },
  }));
}

/**
 * @param {Connection} connection
 * @param {import('../dist/storage/usage-store.js').UsageStore} store
 */
async function prepared(connection, store) {
  const from = `fromUnixTimestamp64Milli(toInt64(${lastMonth.fromMs}), 'UTC')`;
  const [[timeMs = 0, sequence = 0] = []] = await rowsOf(
    connection,
    `SELECT toUnixTimestamp64Milli(time), sequence FROM ${usageTable} WHERE time >= ${from}
ORDER BY time DESC, sequence DESC LIMIT 1 OFFSET (SELECT least(${thousandthPage}, intDiv(count(), 2)) FROM ${usageTable} WHERE time >= ${from}) - 1`,
  );
  const known = await rowsOf(
    connection,
    `SELECT concat(source, '\\t', id) FROM ${usageTable} WHERE sequence % 100003 = 7 LIMIT 100`,
  );
  return questions({
    store,
    ask: (statement) => connection.query(statement, { lane: 'query', limits }),
    insert: (tsv) => connection.insert({ table: theirTable, columns: theirInsertColumns, tsv }),
    place: { timeMs: Number(timeMs), sequence: Number(sequence) },
    known: known.map(([identity]) => String(identity)),
  });
}

/** @param {import('./question-options.mjs').QuestionOptions} options */
async function run(options) {
  const directory = options.folder ?? (await mkdtemp(join(tmpdir(), 'countinghouse-questions-')));
  try {
    const report = await compare(directory, options);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (options.writeDocs) await writeSection('questions', questionsMarkdown(report));
    return report;
  } finally {
    if (options.folder === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

try {
  const options = readQuestionOptions(process.argv.slice(2));
  process.stdout.write(options === 'help' ? questionsHelp : `\n${questionsText(await run(options))}\n`);
} catch (error) {
  tell(
    `bench: ${error instanceof Error ? `${error.message}${error.cause ? `: ${error.cause}` : ''}` : error}`,
  );
  process.exitCode = 1;
}
