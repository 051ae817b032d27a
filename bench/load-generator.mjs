// @ts-check
/**
 * The load: a process of its own, so that its work is not counted as the server's. It is told what to do in one
 * message, says when the measured time begins and ends, and reports what was acknowledged. Anything that is not the
 * answer it expects ends it: a benchmark of errors measures nothing.
 */
import { Agent } from 'node:http';
import { performance } from 'node:perf_hooks';
import { makeFreshBodies, makeRing } from './body-supply.mjs';
import { makeEventBody } from './event-body.mjs';
import { makeLoadWindow } from './load-window.mjs';
import { postEvents } from './post-events.mjs';
import { makeRandom } from './random.mjs';

/**
 * @typedef {object} LoadPlan
 * @property {string} url
 * @property {string} token
 * @property {import('./scenarios.mjs').Scenario} scenario
 * @property {number} warmUpMs
 * @property {number} windowMs
 * @property {number} seed
 */
/** @typedef {{ events: number, quantityThousandths: string }} StoredTotals What the server must have at the end. */
/**
 * @typedef {{ kind: 'opened' } | { kind: 'closed', result: import('./load-window.mjs').LoadResult }
 *   | { kind: 'finished', stored: StoredTotals } | { kind: 'failed', reason: string }} LoadMessage
 */

/** Bodies that are stored first and then sent again: enough that look-ups do not ask for the same few keys. */
const repeatedBodies = 100;

/** @param {LoadPlan} plan */
async function generate(plan) {
  const { scenario } = plan;
  const agent = new Agent({ keepAlive: true, maxSockets: scenario.connections });
  const load = makeLoad({ url: plan.url, token: plan.token, agent });
  const random = makeRandom(plan.seed);
  if (scenario.repeats) {
    const bodies = Array.from({ length: repeatedBodies }, () =>
      makeEventBody(scenario.eventsPerRequest, random),
    );
    await storeAll(load, bodies, scenario.connections);
    await run(plan, load, makeRing(bodies), 'duplicates');
  } else {
    await run(plan, load, makeFreshBodies(scenario, random), 'accepted');
  }
  agent.destroy();
  const { events, quantityThousandths } = load.stored;
  await tell({ kind: 'finished', stored: { events, quantityThousandths: quantityThousandths.toString() } });
}

/** @param {import('./post-events.mjs').Target} target */
function makeLoad(target) {
  const window = makeLoadWindow();
  const stored = { events: 0, quantityThousandths: 0n };
  /**
   * @param {import('./event-body.mjs').EventBody} body
   * @param {'accepted' | 'duplicates'} expected of every event
   */
  const send = async (body, expected) => {
    const startedAt = performance.now();
    const answer = await postEvents(target, body.bytes);
    if (answer[expected] !== body.eventCount) {
      throw new Error(
        `of ${body.eventCount} events not all are ${expected}: ${JSON.stringify(answer).slice(0, 500)}`,
      );
    }
    window.answered(startedAt, body.eventCount);
    if (expected === 'duplicates') return;
    stored.events += body.eventCount;
    stored.quantityThousandths += body.quantityThousandths;
  };
  return { send, window, stored };
}

/**
 * @param {ReturnType<typeof makeLoad>} load
 * @param {readonly import('./event-body.mjs').EventBody[]} bodies
 * @param {number} connections
 */
async function storeAll(load, bodies, connections) {
  const remaining = bodies.values();
  const drive = async () => {
    for (const body of remaining) await load.send(body, 'accepted');
  };
  await Promise.all(Array.from({ length: connections }, drive));
}

/**
 * @param {LoadPlan} plan
 * @param {ReturnType<typeof makeLoad>} load
 * @param {import('./body-supply.mjs').BodySupply} nextBody
 * @param {'accepted' | 'duplicates'} expected
 */
async function run({ scenario, warmUpMs, windowMs }, load, nextBody, expected) {
  let over = false;
  const drive = async (/** @type {number} */ connection) => {
    while (!over) await load.send(nextBody(connection), expected);
  };
  setTimeout(() => {
    load.window.open();
    void tell({ kind: 'opened' });
  }, warmUpMs);
  setTimeout(() => {
    over = true;
    void tell({ kind: 'closed', result: load.window.close() });
  }, warmUpMs + windowMs);
  await Promise.all(Array.from({ length: scenario.connections }, (_, connection) => drive(connection)));
}

/**
 * @param {LoadMessage} message
 * @returns {Promise<void>}
 */
function tell(message) {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

process.once('disconnect', () => process.exit(1));
process.once('message', (plan) => {
  generate(/** @type {LoadPlan} */ (plan))
    .catch((error) => tell({ kind: 'failed', reason: String(error?.message ?? error) }))
    .finally(() => process.exit());
});
