// @ts-check
/**
 * A burst, once: more than the store takes for long, which the journal takes meanwhile. Then how long it takes until
 * all is stored, and what a question waits that is asked the moment the burst ends.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { askGauge } from './ask-server.mjs';
import { checkStored } from './check-stored.mjs';
import { oneMonth } from './event-span.mjs';
import { figure, toMeasurement } from './measurement.mjs';
import { runOnServer } from './run-on-server.mjs';
import { burst } from './scenarios.mjs';

const pollMs = 50;
/** Of the ordinary measured time: 20 s of 10. */
const windows = 2;

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {string} folder does not exist yet
 * @returns {Promise<import('./measurement.mjs').Taken>}
 */
export async function measureBurst(bench, folder) {
  const { name, title, eventsPerRequest, connections } = burst;
  const time = { warmUpMs: bench.warmUpMs, windowMs: bench.windowMs * windows };
  const { found, census } = await runOnServer(bench, { folder, span: oneMonth }, async ({ server, load }) => {
    const choice = { kind: /** @type {const} */ ('new') };
    const result = await load.run({ choice, eventsPerRequest, connections, time });
    const endedAt = performance.now();
    const waiting = (await askGauge(server, 'waiting_events')) ?? Number.NaN;
    const [drainMs] = await Promise.all([checkStored(server, oneMonth, result.stored), untilDrained(server)]);
    const drainedMs = performance.now() - endedAt;
    const storedPerSecond = (result.stored.events / (performance.now() - result.startedAt)) * 1000;
    return { found: { result, waiting, drainMs, drainedMs, storedPerSecond }, stored: result.stored };
  });
  const { result, waiting, drainMs, drainedMs, storedPerSecond } = found;
  const measurement = toMeasurement(result, { disk: census, drainMs, storedPerSecond });
  return {
    rows: [{ name, title, measurement }],
    figures: [
      figure('burst-waiting', 'burst: acknowledged and not yet stored at its end', waiting, 'events', 0),
      figure('burst-query', 'burst: a question asked then has all of them after', drainMs, 'ms', 0),
      figure('burst-drained', 'burst: all is stored after', drainedMs, 'ms', 0),
    ],
    engineVersion: census.engineVersion,
  };
}

/** @param {import('./ask-server.mjs').Server} server */
async function untilDrained(server) {
  while ((await askGauge(server, 'waiting_events')) !== 0) await delay(pollMs);
}
