// @ts-check
/**
 * The ten questions that every system of this kind can be asked, and one customer's month over all services, put to our store
 * by the functions the product itself calls, and to the other table by its own query. Each answer comes as rows of
 * text and numbers that must be the same on both sides.
 */
import { defaultMeter } from '../dist/domain/meters/meter.js';
import { parseWindow, windowGrid } from '../dist/time/window.js';
import { customerId, serviceIds } from './known-names.mjs';
import * as theirs from './openmeter-table.mjs';
import { ofEvents } from './question-lists.mjs';
import {
  keyed,
  meter,
  month,
  quantity,
  rowsMax,
  theirKeyed,
  theirWindowed,
  usageOf,
  value,
  windowed,
} from './question-shape.mjs';

/** @typedef {import('./question-shape.mjs').Parts} Parts */
/** @typedef {import('./question-shape.mjs').Question} Question */

const day = 86_400_000;

/** Of every size: another one each round, the same for both. */
const customerOf = (/** @type {number} */ round) => customerId(100 + ((round * 1_237) % 2_000));
/** So busy that every day has events, and some of them are among the repeats. */
const busyCustomerOf = (/** @type {number} */ round) => customerId(round % 5);

/** @param {Parts} parts @returns {Question[]} */
export function questions(parts) {
  return [...ofOneCustomer(parts), ...ofRepeats(parts), ...ofEverybody(parts), ...ofEvents(parts)];
}

/** @param {Parts} parts @returns {Question[]} */
function ofOneCustomer({ store, ask }) {
  const usage = usageOf(store);
  const { sum, unique } = theirs.theirValues;
  const subject = (/** @type {number} */ round) => ({ subjects: [customerOf(round)], groupBy: ['subject'] });
  const busySubject = (/** @type {number} */ round) => ({
    ...{ subjects: [busyCustomerOf(round)], groupBy: ['subject'] },
  });
  const allServices = (/** @type {number} */ round) =>
    oneAfterTheOther(serviceIds, async (type) => {
      const rows = await ask(theirs.theirStatement({ value: sum, type, month, ...subject(round) }));
      return rows.map((row) => [type, row[2] ?? null]);
    });
  return [
    {
      title: '1. sum of one meter, one customer, one month',
      ours: async (round) =>
        (await usage({ filter: { customerId: customerOf(round), service: meter, ...month } })).map(quantity),
      theirs: async (round) =>
        (await ask(theirs.theirStatement({ value: sum, type: meter, month, ...subject(round) }))).map(value),
    },
    {
      title: 'all ten services, one customer, one month',
      ours: async (round) =>
        (await usage({ filter: { customerId: customerOf(round), ...month }, groupBy: ['service'] })).map(
          keyed,
        ),
      theirs: allServices,
    },
    {
      title: 'the same as a statement measures it',
      ours: (round) => measured(store, customerOf(round)),
      theirs: allServices,
    },
    {
      title: '2. sum an hour, one customer, one day in its time zone',
      ours: async (round) => {
        const span = oneDay(round);
        const windows = windowGrid(hour(), 'Europe/Berlin', span.fromMs, span.toMs);
        const filter = { customerId: busyCustomerOf(round), service: meter, ...span };
        return (await usage({ filter, windows })).map(windowed);
      },
      theirs: async (round) => {
        const window = { unit: /** @type {const} */ ('Hour'), zone: 'Europe/Berlin' };
        const span = { month: oneDay(round), window };
        return (
          await ask(theirs.theirStatement({ value: sum, type: meter, ...span, ...busySubject(round) }))
        ).map(theirWindowed);
      },
    },
    {
      title: '5. exact unique values, one customer, one month',
      ours: async (round) => {
        const filter = { customerId: customerOf(round), ...month };
        return (await usage({ filter, meter: meterWith('unique', 'properties.user') })).map(quantity);
      },
      theirs: async (round) =>
        (
          await ask(theirs.theirStatement({ value: unique('user'), type: meter, month, ...subject(round) }))
        ).map(value),
    },
  ];
}

/** @param {Parts} parts @returns {Question[]} */
function ofRepeats({ store, ask }) {
  const usage = usageOf(store);
  const { sum } = theirs.theirValues;
  return [
    {
      title: '7. as 1, with 1 % repeats sent and the right answer required',
      ours: async (round) =>
        (await usage({ filter: { customerId: busyCustomerOf(round), service: meter, ...month } })).map(
          quantity,
        ),
      theirs: async (round) => {
        const who = { subjects: [busyCustomerOf(round)], groupBy: ['subject'] };
        return (await ask(theirs.theirStatement({ value: sum, type: meter, month, once: true, ...who }))).map(
          value,
        );
      },
    },
  ];
}

/** @param {Parts} parts @returns {Question[]} */
function ofEverybody({ store, ask }) {
  const usage = usageOf(store);
  const { sum, count, latest } = theirs.theirValues;
  const filter = { service: meter, ...month };
  const bySubject = ['subject'];
  return [
    {
      title: '3. sum a day by a property, all customers, one month',
      ours: async () => {
        const windows = windowGrid(oneDayWindow(), 'UTC', month.fromMs, month.toMs);
        const rows = await usage({ filter, windows, groupBy: ['properties.region'] });
        return rows.map((row) => [windowed(row)[0] ?? 0, row.keys[0]?.toString() ?? null, row.quantity]);
      },
      theirs: async () => {
        const window = { unit: /** @type {const} */ ('Day'), zone: 'UTC' };
        const groupBy = ['region'];
        const rows = await ask(theirs.theirStatement({ value: sum, type: meter, month, window, groupBy }));
        return rows.map(([start, , total, region]) => [start ?? null, region ?? null, total ?? null]);
      },
    },
    {
      title: '4. count of one meter, all customers, one month: in total',
      ours: async () => (await usage({ filter, meter: meterWith('count') })).map(quantity),
      theirs: async () =>
        (await ask(theirs.theirStatement({ value: count, type: meter, month, groupBy: [] }))).map(value),
    },
    {
      title: '4. the same by customer',
      ours: async () =>
        (await usage({ filter, meter: meterWith('count'), groupBy: ['customer_id'] })).map(keyed),
      theirs: async () =>
        (await ask(theirs.theirStatement({ value: count, type: meter, month, groupBy: bySubject }))).map(
          theirKeyed,
        ),
    },
    {
      title: '   sum of the same by customer',
      ours: async () => (await usage({ filter, groupBy: ['customer_id'] })).map(keyed),
      theirs: async () =>
        (await ask(theirs.theirStatement({ value: sum, type: meter, month, groupBy: bySubject }))).map(
          theirKeyed,
        ),
    },
    {
      title: '6. latest value of each customer, one meter, one month',
      ours: async () =>
        (await usage({ filter, meter: meterWith('latest'), groupBy: ['customer_id'] })).map(keyed),
      theirs: async () =>
        (await ask(theirs.theirStatement({ value: latest, type: meter, month, groupBy: bySubject }))).map(
          theirKeyed,
        ),
    },
  ];
}

/**
 * One default meter a service, as a draft asks for them.
 * @param {Parts['store']} store
 * @param {string} customer
 */
async function measured(store, customer) {
  const spans = [{ customerId: customer, ...month, cutsMs: [] }];
  const queries = serviceIds.map((service) => ({
    ...{ meter: defaultMeter(service), spans, keys: [], levelsUntilMs: month.toMs },
  }));
  const answers = await store.measure(queries, { view: { sequenceMax: null }, rowsMax });
  return answers.flatMap((rows, at) =>
    rows.map(({ quantity: { numerator, denominator } }) => [
      serviceIds[at] ?? '',
      Number(numerator) / Number(denominator),
    ]),
  );
}

/**
 * @param {import('../dist/domain/meters/meter.js').Aggregation} aggregation
 * @param {import('../dist/domain/meters/meter.js').MeterValue} [of]
 */
function meterWith(aggregation, of = 'quantity') {
  return { ...defaultMeter(meter), id: 'asked', aggregation, value: of };
}

/** @param {number} round */
function oneDay(round) {
  // Berlin is two hours ahead in this month.
  const fromMs = month.fromMs + (1 + (round % 20)) * day - 7_200_000;
  return { fromMs, toMs: fromMs + day };
}

const hour = () => /** @type {import('../dist/time/window.js').Window} */ (parseWindow('hour'));
const oneDayWindow = () => /** @type {import('../dist/time/window.js').Window} */ (parseWindow('day'));

/**
 * @template Item, Row
 * @param {readonly Item[]} items
 * @param {(item: Item) => Promise<Row[]>} answer
 */
async function oneAfterTheOther(items, answer) {
  /** @type {Row[]} */
  const rows = [];
  for (const item of items) rows.push(...(await answer(item)));
  return rows;
}
