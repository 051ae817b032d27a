// @ts-check
/**
 * The load: a process of its own, so that its work is not counted as the server's. It is told of the server, then of
 * one stage after the other; it says when a stage's measured time begins and ends and what was acknowledged.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { makeBuffer, makeRangeSupply, makeRing, makeScatteredSupply } from './body-supply.mjs';
import { makeEventSeries } from './event-series.mjs';
import { openConnection } from './http-connection.mjs';
import { makeLoadWindow } from './load-window.mjs';
import { sendEvents } from './send-events.mjs';

/** @typedef {{ url: string, token: string, seed: number, span: import('./event-span.mjs').Span }} LoadPlan */
/**
 * Which events: `new` ones in order, until the time is over or `count` were sent; `again` the range from `first` on;
 * `anywhere` a sample of all before `among`; `ring` the first `count` again and again.
 * @typedef {{ kind: 'new', count?: number } | { kind: 'again', first: number, count: number }
 *   | { kind: 'anywhere', among: number, first: number, count: number } | { kind: 'ring', count: number }} Choice
 */
/**
 * @typedef {object} Stage
 * @property {Choice} choice
 * @property {number} eventsPerRequest 1: a lone event, not an array
 * @property {number} connections each has one request under way
 * @property {{ warmUpMs: number, windowMs: number } | null} time null: measured from the first event to the last
 */
/** @typedef {{ events: number, quantityThousandths: string }} StoredTotals What the server must have now. */
/**
 * @typedef {{ kind: 'opened' } | { kind: 'progress', events: number, elapsedMs: number }
 *   | { kind: 'closed' }
 *   | { kind: 'finished', result: import('./load-window.mjs').LoadResult, stored: StoredTotals }
 *   | { kind: 'failed', reason: string }} LoadMessage
 */

const progressMs = 1_000;

/** @param {LoadPlan} plan */
function makeGenerator(plan) {
  const series = makeEventSeries(plan);
  const cursor = { next: 0 };
  const stored = { events: 0, quantityThousandths: 0n };

  /** @param {Stage} stage */
  const supplyFor = ({ choice, eventsPerRequest }) => {
    if (choice.kind === 'new')
      return makeRangeSupply(series, eventsPerRequest, cursor, cursor.next + (choice.count ?? Infinity));
    if (choice.kind === 'anywhere') return makeScatteredSupply(series, eventsPerRequest, choice);
    const { first, count } = { first: 0, ...choice };
    const range = makeRangeSupply(series, eventsPerRequest, { next: first }, first + count);
    return choice.kind === 'again' ? range : makeRing(prepared(range, eventsPerRequest));
  };

  /** @param {Stage} stage */
  return async (stage) => {
    const { choice, eventsPerRequest, connections, time } = stage;
    const window = makeLoadWindow(time === null && 'count' in choice ? (choice.count ?? 0) : 0);
    const nextBody = supplyFor(stage);
    const expected = choice.kind === 'new' ? 'accepted' : 'duplicates';
    const drive = async () => {
      const connection = await openConnection(plan, '/v1/events');
      const own = makeBuffer(eventsPerRequest);
      for (let body = nextBody(own); body !== null; body = window.isOver() ? null : nextBody(own)) {
        const startedAt = await sendEvents(connection, body, expected, window.refused);
        window.answered(startedAt, body.eventCount);
        if (expected === 'duplicates') continue;
        stored.events += body.eventCount;
        stored.quantityThousandths += BigInt(body.quantityThousandths);
      }
      connection.close();
    };
    await measured(window, time, () => Promise.all(Array.from({ length: connections }, drive)));
    const totals = { events: stored.events, quantityThousandths: stored.quantityThousandths.toString() };
    await tell({ kind: 'finished', result: window.result(), stored: totals });
  };
}

/**
 * @param {ReturnType<typeof makeLoadWindow>} window
 * @param {Stage['time']} time
 * @param {() => Promise<unknown>} load
 */
async function measured(window, time, load) {
  const reporting = setInterval(() => void tell({ kind: 'progress', ...window.progress() }), progressMs);
  if (time === null) {
    open(window);
    await load();
    close(window);
  } else {
    await Promise.all([load(), runClock(window, time)]);
  }
  clearInterval(reporting);
}

/**
 * @param {ReturnType<typeof makeLoadWindow>} window
 * @param {{ warmUpMs: number, windowMs: number }} time
 */
async function runClock(window, { warmUpMs, windowMs }) {
  await delay(warmUpMs);
  open(window);
  await delay(windowMs);
  close(window);
}

/** @param {ReturnType<typeof makeLoadWindow>} window */
function open(window) {
  window.open();
  void tell({ kind: 'opened' });
}

/** @param {ReturnType<typeof makeLoadWindow>} window */
function close(window) {
  window.close();
  void tell({ kind: 'closed' });
}

/**
 * @param {import('./body-supply.mjs').BodySupply} supply
 * @param {number} eventsPerRequest
 */
function prepared(supply, eventsPerRequest) {
  const bodies = [];
  for (;;) {
    const body = supply(makeBuffer(eventsPerRequest));
    if (body === null) return bodies;
    bodies.push(body);
  }
}

/**
 * @param {LoadMessage} message
 * @returns {Promise<void>}
 */
function tell(message) {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

process.once('disconnect', () => process.exit());
process.once('message', (plan) => {
  const run = makeGenerator(/** @type {LoadPlan} */ (plan));
  process.on('message', (stage) => {
    run(/** @type {Stage} */ (stage)).catch((error) =>
      tell({ kind: 'failed', reason: String(error?.message ?? error) }),
    );
  });
});
