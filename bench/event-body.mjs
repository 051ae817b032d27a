// @ts-check
/**
 * Request bodies of realistic usage events, about 210 bytes each. A body is built once; `refresh` turns it into the
 * next one by overwriting ids, customers and times in place, which costs the generator a third of a microsecond an
 * event instead of the several that building JSON would: on a small machine that would be taken from the server.
 */
import { customerCount, customerId, serviceIds } from './known-names.mjs';
import { pick } from './random.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {{ id: number, customer: number, time: number }} Places Where in the body an event's members begin. */
/**
 * @typedef {object} EventBody
 * @property {Buffer} bytes
 * @property {number} eventCount
 * @property {bigint} quantityThousandths the sum of its quantities, × 1000
 * @property {() => void} refresh makes it the next body, with other events
 */

/** All events lie in this one month, which is past, so that none is refused as being ahead of the clock. */
export const span = { from: '2025-11-01T00:00:00Z', to: '2025-12-01T00:00:00Z' };
const monthMs = 30 * 86_400_000;

const idBlank = '00000000-0000-4000-8000-000000000000';
const customerBlank = customerId(0);
const timeBlank = '2025-11-01T00:00:00.000Z';

/** @type {readonly [string, ...string[]]} */
const sources = ['api-gateway', 'edge', 'jobs', 'media', 'worker'];
/** @type {readonly [string, ...string[]]} */
const regions = ['ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'];
/** @type {readonly [number, ...number[]]} */
const statuses = [200, 201, 204, 404, 429];

/**
 * @param {number} eventCount
 * @param {Random} random
 * @returns {EventBody} An array of events, or one plain object when there is one event.
 */
export function makeEventBody(eventCount, random) {
  const lone = eventCount === 1;
  /** @type {Places[]} */
  const places = [];
  let text = lone ? '' : '[';
  let quantityThousandths = 0n;
  for (let index = 0; index < eventCount; index += 1) {
    if (index > 0) text += ',';
    const thousandths = randomQuantity(random);
    const event = eventText(thousandths, random);
    places.push(placesIn(event, text.length));
    text += event;
    quantityThousandths += BigInt(thousandths);
  }
  const bytes = Buffer.from(lone ? text : `${text}]`, 'latin1');
  const refresh = () => {
    for (const place of places) refreshEvent(bytes, place, random);
  };
  refresh();
  return { bytes, eventCount, quantityThousandths, refresh };
}

/**
 * @param {number} thousandths
 * @param {Random} random
 */
function eventText(thousandths, random) {
  const quantity = quantityText(thousandths);
  const properties = `{"region":"${pick(random, regions)}","status":${pick(random, statuses)}}`;
  const identity = `"source":"${pick(random, sources)}","id":"${idBlank}","customer_id":"${customerBlank}"`;
  const use = `"service":"${pick(random, serviceIds)}","time":"${timeBlank}","quantity":"${quantity}"`;
  return `{${identity},${use},"properties":${properties}}`;
}

/**
 * @param {string} event
 * @param {number} start
 * @returns {Places}
 */
function placesIn(event, start) {
  return {
    id: start + event.indexOf(idBlank),
    customer: start + event.indexOf(customerBlank) + customerBlank.length,
    time: start + event.indexOf(timeBlank),
  };
}

/**
 * Half of all quantities are whole, the rest have one to three decimals.
 * @param {Random} random
 */
function randomQuantity(random) {
  const exact = 1 + (random() % 250_000);
  return random() % 2 === 0 ? Math.ceil(exact / 1000) * 1000 : exact;
}

/** @param {number} thousandths */
function quantityText(thousandths) {
  const fraction = String(thousandths % 1000).padStart(3, '0');
  const whole = Math.floor(thousandths / 1000);
  return fraction === '000' ? `${whole}` : `${whole}.${fraction}`;
}

/**
 * @param {Buffer} bytes
 * @param {Places} place
 * @param {Random} random
 */
function refreshEvent(bytes, place, random) {
  writeUuid(bytes, place.id, random);
  writeDigits(bytes, place.customer, randomCustomer(random));
  writeTime(bytes, place.time, random() % monthMs);
}

/**
 * The square makes some customers a hundred times busier than others, as they are.
 * @param {Random} random
 */
function randomCustomer(random) {
  const share = random() / 2 ** 32;
  return Math.floor(share * share * customerCount);
}

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
/** Where the 32 digits of a UUID stand in its text, hyphens left out. */
const uuidPlaces = Uint8Array.from([...idBlank].flatMap((digit, place) => (digit === '-' ? [] : [place])));
const versionDigit = 12;
const variantDigit = 16;

/**
 * Version 4: 122 random bits.
 * @param {Buffer} bytes
 * @param {number} at
 * @param {Random} random
 */
function writeUuid(bytes, at, random) {
  let word = 0;
  for (let digit = 0; digit < 32; digit += 1) {
    word = digit % 8 === 0 ? random() : word >>> 4;
    let value = word & 15;
    if (digit === versionDigit) value = 4;
    else if (digit === variantDigit) value = 8 | (value & 3);
    bytes[at + (uuidPlaces[digit] ?? 0)] = hexDigits[value] ?? 0;
  }
}

/**
 * @param {Buffer} bytes
 * @param {number} at where the timestamp begins
 * @param {number} ms since the month began
 */
function writeTime(bytes, at, ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  writePair(bytes, at + 10, 1 + Math.floor(hours / 24));
  writePair(bytes, at + 13, hours % 24);
  writePair(bytes, at + 16, minutes % 60);
  writePair(bytes, at + 19, seconds % 60);
  writeDigits(bytes, at + 23, ms % 1000, 3);
}

/**
 * @param {Buffer} bytes
 * @param {number} end the byte after the two digits
 * @param {number} value
 */
function writePair(bytes, end, value) {
  bytes[end - 2] = 48 + Math.floor(value / 10);
  bytes[end - 1] = 48 + (value % 10);
}

/**
 * @param {Buffer} bytes
 * @param {number} end the byte after the last digit
 * @param {number} value
 * @param {number} [digits]
 */
function writeDigits(bytes, end, value, digits = 5) {
  let rest = value;
  for (let at = end - 1; at >= end - digits; at -= 1) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
