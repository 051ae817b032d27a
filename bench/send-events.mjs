// @ts-check
/**
 * Sends one body to `POST /v1/events` until it is taken: a 503 says that nothing of it was acknowledged and when to
 * come again. Every other answer but the expected one ends the benchmark: a benchmark of errors measures nothing.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {'accepted' | 'duplicates'} Expected of every event */

const countsPattern = /^\{"accepted":(\d+),"duplicates":(\d+),"conflicts":(\d+),"rejected":(\d+),/;
/** The counts stand first; the rest of a long answer need not be read. */
const countsBytes = 120;

/**
 * @param {import('./http-connection.mjs').HttpConnection} connection
 * @param {import('./body-supply.mjs').Body} body
 * @param {Expected} expected
 * @param {() => void} refused told of each 503
 * @returns {Promise<number>} when the request that was taken was sent
 */
export async function sendEvents(connection, body, expected, refused) {
  for (;;) {
    const startedAt = performance.now();
    const answer = await connection.post(body);
    if (answer.status === 503) {
      refused();
      await delay(secondsToWait(answer.head) * 1000);
      continue;
    }
    checkAnswer(answer, body.eventCount, expected);
    return startedAt;
  }
}

/** @param {string} head */
function secondsToWait(head) {
  const seconds = /\r\nretry-after: (\d+)/i.exec(head)?.[1];
  if (seconds === undefined) throw new Error(`a 503 does not say when to come again: ${head}`);
  return Number(seconds);
}

/**
 * @param {import('./http-connection.mjs').Answer} answer
 * @param {number} eventCount
 * @param {Expected} expected
 */
function checkAnswer({ status, body }, eventCount, expected) {
  const text = body.toString('latin1', 0, countsBytes);
  const [, accepted, duplicates] = countsPattern.exec(text) ?? [];
  const count = expected === 'accepted' ? accepted : duplicates;
  if (status === 200 && count === String(eventCount)) return;
  throw new Error(
    `of ${eventCount} events not all are ${expected}: ${status} ${body.toString('utf8', 0, 500)}`,
  );
}
