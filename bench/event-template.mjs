// @ts-check
/**
 * Realistic usage events as text, about 215 bytes each, with blanks where `event-series.mjs` writes what differs from
 * event to event: the id, the customer and the time. Source, service, quantity and properties repeat after
 * `templateEvents` events, which nothing in the server can gain from. Made once; it does not know which event is which.
 */
import { customerId, regions, serviceIds, sources, statuses } from './known-names.mjs';
import { makeRandom, pick } from './random.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/**
 * @typedef {object} EventTemplate
 * @property {Buffer} bytes the events, each with a comma behind it, twice over, so that a run may pass the end once
 * @property {Uint32Array} starts where each event begins in `bytes`; one more for the end
 * @property {Uint16Array} idPlaces where an event's id begins, counted from the event's beginning
 * @property {Uint16Array} customerPlaces where the digits of its customer end
 * @property {Uint16Array} timePlaces where its time begins
 * @property {Float64Array} quantitySums thousandths of all events before this one
 */

/** A batch may be as large as the server allows. */
export const templateEvents = 10_000;

export const idBlank = '00000000-0000-4000-8000-000000000000';
const customerBlank = customerId(0);
const timeBlank = '2025-11-01T00:00:00.000Z';

/**
 * @param {number} seed
 * @returns {EventTemplate}
 */
export function makeEventTemplate(seed) {
  const random = makeRandom(seed);
  const slots = templateEvents * 2;
  const starts = new Uint32Array(slots + 1);
  const quantitySums = new Float64Array(slots + 1);
  const [idPlaces, customerPlaces, timePlaces] = [slots, slots, slots].map((size) => new Uint16Array(size));
  const texts = Array.from({ length: templateEvents }, () => {
    const thousandths = randomQuantity(random);
    return { thousandths, text: eventText(thousandths, random) };
  });
  [...texts, ...texts].forEach(({ thousandths, text }, slot) => {
    starts[slot + 1] = (starts[slot] ?? 0) + text.length;
    quantitySums[slot + 1] = (quantitySums[slot] ?? 0) + thousandths;
    idPlaces?.set([text.indexOf(idBlank)], slot);
    customerPlaces?.set([text.indexOf(customerBlank) + customerBlank.length], slot);
    timePlaces?.set([text.indexOf(timeBlank)], slot);
  });
  const text = texts.map((event) => event.text).join('');
  const bytes = Buffer.from(text + text, 'latin1');
  return /** @type {EventTemplate} */ ({ bytes, starts, quantitySums, idPlaces, customerPlaces, timePlaces });
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
  return `{${identity},${use},"properties":${properties}},`;
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
