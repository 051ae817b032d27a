// @ts-check
/**
 * What a load generator's connections send next: new events in order, a range of old ones in order, old ones from
 * anywhere, or a few prepared bodies again and again. All come from one `EventSeries`; nothing is remembered.
 */
import { eventBytesMax } from './event-series.mjs';
import { headRoom } from './http-connection.mjs';

/** @typedef {import('./event-series.mjs').EventSeries} EventSeries */
/**
 * @typedef {object} Body
 * @property {Buffer} bytes room for the head, then the body
 * @property {number} end where the body ends
 * @property {number} eventCount
 * @property {number} quantityThousandths the sum of its quantities, × 1000
 */
/** @typedef {(own: Buffer) => Body | null} BodySupply Writes into the connection's own buffer; null: all were sent. */
/** @typedef {{ next: number }} Cursor the first event that was not taken yet */

/** @param {number} eventCount */
export function makeBuffer(eventCount) {
  return Buffer.allocUnsafe(headRoom + 2 + eventCount * eventBytesMax);
}

/**
 * @param {EventSeries} series
 * @param {number} eventsPerRequest 1: a lone event, not an array
 * @param {Cursor} cursor moved on by what is taken
 * @param {number} [to] where to stop
 * @returns {BodySupply}
 */
export function makeRangeSupply(series, eventsPerRequest, cursor, to = Number.POSITIVE_INFINITY) {
  const lone = eventsPerRequest === 1;
  return (own) => {
    const first = cursor.next;
    const count = Math.min(eventsPerRequest, to - first);
    if (count <= 0) return null;
    cursor.next += count;
    const end = series.writeRange(own, lone ? headRoom : headRoom + 1, first, count);
    const quantityThousandths = series.quantityThousandths(first, count);
    // A lone event has no comma behind it, in an array the last comma becomes the bracket.
    return { bytes: own, end: lone ? end - 1 : closeArray(own, end), eventCount: count, quantityThousandths };
  };
}

/**
 * Events picked from all over a range, no two the same: each is a golden section of the range behind the one before.
 * @param {EventSeries} series
 * @param {number} eventsPerRequest
 * @param {{ among: number, first: number, count: number }} sample `first` and `count` are places in the order of picking
 * @returns {BodySupply}
 */
export function makeScatteredSupply(series, eventsPerRequest, { among, first, count }) {
  const step = coprimeStep(among);
  // The product stays exact: a sample of a million among a thousand million is below 2⁵³.
  let place = first;
  return (own) => {
    const eventCount = Math.min(eventsPerRequest, first + count - place);
    if (eventCount <= 0) return null;
    let end = headRoom + 1;
    let quantityThousandths = 0;
    for (let each = 0; each < eventCount; each += 1) {
      const index = ((place + each) * step) % among;
      end = series.writeRange(own, end, index, 1);
      quantityThousandths += series.quantityThousandths(index, 1);
    }
    place += eventCount;
    return { bytes: own, end: closeArray(own, end), eventCount, quantityThousandths };
  };
}

/**
 * @param {readonly Body[]} bodies made ahead; more than there are connections, so that none is sent twice at a time
 * @returns {BodySupply} one after the other, for ever
 */
export function makeRing(bodies) {
  let turn = 0;
  return () => {
    turn += 1;
    return bodies[turn % bodies.length] ?? null;
  };
}

/**
 * @param {Buffer} bytes
 * @param {number} end behind the last event's comma
 */
function closeArray(bytes, end) {
  bytes.write('[', headRoom, 'latin1');
  bytes.write(']', end - 1, 'latin1');
  return end;
}

/** @param {number} among */
function coprimeStep(among) {
  const divisor = (/** @type {number} */ a, /** @type {number} */ b) => {
    let [high, low] = [a, b];
    while (low > 0) [high, low] = [low, high % low];
    return high;
  };
  let step = Math.max(1, Math.floor(among * 0.618_034));
  while (divisor(among, step) !== 1) step += 1;
  return step;
}
