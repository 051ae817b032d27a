// @ts-check
/**
 * The growth run, once: many events over thirteen months, as fast as they are taken; does the rate hold? Then, on the
 * same server, old events again: the last ones, and a sample from anywhere.
 */
import { performance } from 'node:perf_hooks';
import { askGauge } from './ask-server.mjs';
import { checkStored } from './check-stored.mjs';
import { thirteenMonths } from './event-span.mjs';
import { folderBytes } from './folder-bytes.mjs';
import { figure, toMeasurement } from './measurement.mjs';
import { runOnServer } from './run-on-server.mjs';
import { growth, oldDuplicates } from './scenarios.mjs';

/** @typedef {import('./load-process.mjs').StageResult} StageResult */

/** The server asks its store for the number at most this often. */
const partsMs = 5_000;

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {number} events
 * @param {string} folder does not exist yet
 * @returns {Promise<import('./measurement.mjs').Taken>}
 */
export async function measureGrowth(bench, events, folder) {
  const place = { folder, span: thirteenMonths };
  const { found, census } = await runOnServer(bench, place, async ({ server, load, bytesBefore }) => {
    const grown = await grow(bench, events, { server, load });
    const bytesAtOnce = (await folderBytes(folder)) - bytesBefore;
    const repeated = [];
    for (const { eventsPerRequest, choose } of oldDuplicates) {
      const stage = { choice: choose(events), eventsPerRequest, connections: growth.connections, time: null };
      repeated.push(await load.run(stage));
    }
    return { found: { grown, bytesAtOnce, repeated }, stored: grown.result.stored };
  });
  const { grown, bytesAtOnce, repeated } = found;
  const { result, parts, ...whole } = grown;
  const disk = { events, bytesAtOnce, bytesAtRest: census.bytesAtRest };
  const lastTenth = result.tenthsPerSecond.at(-1) ?? Number.NaN;
  const title = `growth: ${events.toLocaleString('en-US')} new events, ${growth.title}`;
  const row = { name: growth.name, title, measurement: toMeasurement(result, { ...whole, disk }) };
  return {
    rows: [row, ...repeated.map((one, at) => toRepeatRow(one, at))],
    figures: [
      ...tenths(result),
      figure('growth-parts', 'growth: parts in the store, right after', parts.last, '', 0),
      figure('growth-parts-max', 'growth: parts in the store, at most', parts.most, '', 0),
      ...repeated.flatMap((one, at) => repeatRatio(one, at, lastTenth)),
    ],
    engineVersion: census.engineVersion,
  };
}

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {number} events
 * @param {Pick<import('./run-on-server.mjs').Running, 'server' | 'load'>} running
 */
async function grow({ tell }, events, { server, load }) {
  const { eventsPerRequest, connections } = growth;
  const stage = {
    choice: { kind: /** @type {const} */ ('new'), count: events },
    eventsPerRequest,
    connections,
    time: null,
  };
  const parts = { last: 0, most: 0 };
  const countParts = async () => {
    parts.last = (await askGauge(server, 'store_parts')) ?? parts.last;
    parts.most = Math.max(parts.most, parts.last);
  };
  const tellProgress = liveLine(events, tell);
  // A server that fails fails the load as well, which says so better.
  const counting = setInterval(() => void countParts().catch(() => {}), partsMs);
  const result = await load.run(stage, tellProgress).finally(() => clearInterval(counting));
  await countParts();
  const drainMs = await checkStored(server, thirteenMonths, result.stored);
  const storedPerSecond = (events / (performance.now() - result.startedAt)) * 1000;
  return { result, drainMs, storedPerSecond, parts };
}

/**
 * @param {number} events
 * @param {(line: string) => void} tell
 */
function liveLine(events, tell) {
  let last = { events: 0, elapsedMs: 0 };
  return (/** @type {{ events: number, elapsedMs: number }} */ now) => {
    if (now.events === 0) return;
    const rate = ((now.events - last.events) / (now.elapsedMs - last.elapsedMs)) * 1000;
    const left = ((events - now.events) / now.events) * (now.elapsedMs / 1000);
    last = now;
    const [done, all, pace] = [now.events, events, Math.round(rate)].map((n) => n.toLocaleString('en-US'));
    tell(`growth: ${done} of ${all} events, now ${pace} events/s, ${Math.ceil(left)} s left`);
  };
}

/** @param {StageResult} result */
function tenths({ tenthsPerSecond }) {
  const [first, last] = [tenthsPerSecond[0] ?? Number.NaN, tenthsPerSecond.at(-1) ?? Number.NaN];
  return [
    ...tenthsPerSecond.map((rate, at) =>
      figure(`growth-tenth-${at + 1}`, `growth: tenth ${at + 1} of the events`, rate, 'events/s', 0),
    ),
    figure('growth-last-to-first', 'growth: the last tenth to the first', last / first),
  ];
}

/**
 * @param {StageResult} result
 * @param {number} at
 */
function toRepeatRow(result, at) {
  const { name, title } = oldDuplicates[at] ?? { name: '', title: '' };
  return { name, title, measurement: toMeasurement(result) };
}

/**
 * @param {StageResult} result
 * @param {number} at
 * @param {number} lastTenth
 */
function repeatRatio(result, at, lastTenth) {
  const { name, title } = oldDuplicates[at] ?? { name: '', title: '' };
  const rate = (result.events / result.windowMs) * 1000;
  return [figure(`${name}-to-new`, `${title}: to new events in the last tenth`, rate / lastTenth)];
}
