// @ts-check
/**
 * Acknowledgements beside heavy questions, once: on a server that holds many events already, the same load first alone,
 * then while two questions over all of them are asked again and again.
 */
import { once } from 'node:events';
import { checkStored } from './check-stored.mjs';
import { oneMonth } from './event-span.mjs';
import { figure, toMeasurement } from './measurement.mjs';
import { runOnServer } from './run-on-server.mjs';
import { fillRequests, heavyQueryLoads, heavyQueryName } from './scenarios.mjs';

/** Two million at the usual ten seconds; a short trial need not wait for as many. */
const storedEventsPerMs = 200;

/**
 * Each reads every event of the month and finds every pair of customer and service: 100,000, the most rows that one
 * answer may have.
 */
const paths = [
  `/v1/usage?${new URLSearchParams({ ...oneMonth, group_by: 'customer_id,service' })}`,
  `/v1/costs?${new URLSearchParams({ ...oneMonth, group_by: 'customer_id,service' })}`,
];

/** @typedef {import('./query-load.mjs').QueryResult} QueryResult */

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {string} folder does not exist yet
 * @returns {Promise<import('./measurement.mjs').Taken>}
 */
export async function measureHeavyQuery(bench, folder) {
  const count = bench.windowMs * storedEventsPerMs;
  const { found, census } = await runOnServer(bench, { folder, span: oneMonth }, async ({ server, load }) => {
    bench.tell(`storing ${count.toLocaleString('en-US')} events to ask about …`);
    const filled = await load.run({ ...fillRequests, choice: { kind: 'new', count }, time: null });
    await checkStored(server, oneMonth, filled.stored);
    const alone = await runLoads(bench, load);
    const queries = startQueries(bench.children, server);
    const beside = await runLoads(bench, load);
    const answers = await queries.end();
    return { found: { alone, beside, answers }, stored: beside.stored };
  });
  const { alone, beside, answers } = found;
  return {
    rows: [...toRows(alone, '', ''), ...toRows(beside, '-beside', ', during two heavy queries')],
    figures: [
      ...heavyQueryLoads.flatMap((one, at) => slowdown(one, alone.results[at], beside.results[at])),
      ...pace(answers),
    ],
    engineVersion: census.engineVersion,
  };
}

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {import('./load-process.mjs').Load} load
 */
async function runLoads({ warmUpMs, windowMs }, load) {
  const results = [];
  for (const { eventsPerRequest, connections } of heavyQueryLoads) {
    const choice = { kind: /** @type {const} */ ('new') };
    results.push(await load.run({ choice, eventsPerRequest, connections, time: { warmUpMs, windowMs } }));
  }
  const stored = results.at(-1)?.stored;
  if (stored === undefined) throw new Error('there is no load to measure beside heavy queries');
  return { results, stored };
}

/**
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @param {import('./ask-server.mjs').Server} server
 */
function startQueries(children, { url, token }) {
  const child = children.forkModule('query-load.mjs');
  /** @type {QueryResult[]} */
  let results = [];
  child.on('message', (heard) => {
    results = /** @type {QueryResult[]} */ (heard);
  });
  const ended = once(child, 'exit');
  child.send({ url, token, paths });
  return {
    end: async () => {
      if (child.connected) child.send('enough');
      await ended;
      if (results.length === 0) throw new Error('a heavy query failed');
      return results;
    },
  };
}

/**
 * @param {Awaited<ReturnType<typeof runLoads>>} loads
 * @param {string} suffix
 * @param {string} words
 */
function toRows({ results }, suffix, words) {
  return heavyQueryLoads.flatMap(({ name, title }, at) => {
    const result = results[at];
    if (result === undefined) return [];
    return [{ name: `${name}${suffix}`, title: `${title}${words}`, measurement: toMeasurement(result) }];
  });
}

/**
 * @param {{ name: string, title: string }} load
 * @param {import('./load-window.mjs').LoadResult | undefined} alone
 * @param {import('./load-window.mjs').LoadResult | undefined} beside
 */
function slowdown({ name, title }, alone, beside) {
  if (alone === undefined || beside === undefined) return [];
  const label = (/** @type {string} */ share) => `${title}: ${share} during the queries to ${share} without`;
  return [
    figure(`${name}-p50-ratio`, label('p50'), beside.p50Ms / alone.p50Ms),
    figure(`${name}-p99-ratio`, label('p99'), beside.p99Ms / alone.p99Ms),
    figure(`${name}-max-ms`, `${title}: the longest without the queries`, alone.maxMs, 'ms', 1),
    figure(`${name}-beside-max-ms`, `${title}: the longest during the queries`, beside.maxMs, 'ms', 1),
  ];
}

/** @param {readonly QueryResult[]} answers */
function pace(answers) {
  return answers.map(({ path, answers: count, totalMs }) => {
    const kind = path.slice('/v1/'.length, path.indexOf('?'));
    return figure(
      `${heavyQueryName}-${kind}-ms`,
      `a heavy /v1/${kind} during the load takes`,
      totalMs / count,
      'ms',
      0,
    );
  });
}
