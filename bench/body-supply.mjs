// @ts-check
/**
 * Where a load generator's connections take their next body from: made fresh each time, or, for duplicates, a fixed
 * set that is sent again and again.
 */
import { makeEventBody } from './event-body.mjs';

/** @typedef {import('./event-body.mjs').EventBody} EventBody */
/** @typedef {(connection: number) => EventBody} BodySupply The body belongs to the connection until its next call. */

/** A connection that sends single events takes turns among this many, so that services and quantities vary. */
const eventsPerConnection = 1_000;

/**
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('./random.mjs').Random} random
 * @returns {BodySupply}
 */
export function makeFreshBodies({ eventsPerRequest, connections }, random) {
  const each = Math.ceil(eventsPerConnection / eventsPerRequest);
  const make = () => makeEventBody(eventsPerRequest, random);
  const rings = Array.from({ length: connections }, () => makeRing(Array.from({ length: each }, make)));
  return (connection) => {
    const body = rings[connection]?.();
    if (body === undefined) throw new RangeError(`there is no connection ${connection}`);
    body.refresh();
    return body;
  };
}

/**
 * @param {readonly EventBody[]} bodies
 * @returns {() => EventBody} one after the other, for ever
 */
export function makeRing(bodies) {
  let turn = 0;
  return () => {
    const body = bodies[turn % bodies.length];
    if (body === undefined) throw new RangeError('no bodies');
    turn += 1;
    return body;
  };
}
