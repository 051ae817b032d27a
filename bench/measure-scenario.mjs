// @ts-check
/** One plain scenario, once: the same load for the measured time, on a fresh server. */
import { checkStored } from './check-stored.mjs';
import { oneMonth } from './event-span.mjs';
import { toMeasurement } from './measurement.mjs';
import { runOnServer } from './run-on-server.mjs';

/** Bodies that are stored first and then sent again: enough that look-ups do not ask for the same few keys. */
const repeatedBodies = 100;

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {string} folder does not exist yet
 * @returns {Promise<import('./measurement.mjs').Taken>}
 */
export async function measureScenario(bench, scenario, folder) {
  const { name, title, eventsPerRequest, connections, repeats } = scenario;
  const { warmUpMs, windowMs } = bench;
  const count = repeatedBodies * eventsPerRequest;
  const { found, census } = await runOnServer(bench, { folder, span: oneMonth }, async ({ server, load }) => {
    const requests = { eventsPerRequest, connections };
    if (repeats) await load.run({ ...requests, choice: { kind: 'new', count }, time: null });
    const choice = repeats
      ? /** @type {const} */ ({ kind: 'ring', count })
      : { kind: /** @type {const} */ ('new') };
    const result = await load.run({ ...requests, choice, time: { warmUpMs, windowMs } });
    const drainMs = await checkStored(server, oneMonth, result.stored);
    const seconds = (performance.now() - result.startedAt) / 1000;
    const whole = repeats ? {} : { drainMs, storedPerSecond: result.stored.events / seconds };
    return { found: { result, whole }, stored: result.stored };
  });
  const measurement = toMeasurement(found.result, { ...found.whole, disk: census });
  return { rows: [{ name, title, measurement }], figures: [], engineVersion: census.engineVersion };
}
