// @ts-check
/** The questions about single events: lists of them, one of them, and how soon new ones count. */
import { encodeRows, sequenceStart } from '../dist/storage/usage-rows/encode-rows.js';
import * as theirs from './openmeter-table.mjs';
import { months } from './question-events.mjs';
import { lastMonth, meter, quantity, usageOf, value } from './question-shape.mjs';

/** @typedef {import('./question-shape.mjs').Parts} Parts */
/** @typedef {import('./question-shape.mjs').Question} Question */

const pageSize = 100;

/** @param {Parts} parts @returns {Question[]} */
export function ofEvents({ store, ask, insert, place, known }) {
  const list = async (/** @type {Parts['place'] | null} */ after) => {
    const filter = { fromMs: lastMonth.fromMs };
    const items = await store.listEvents({ filter, order: 'desc', after, limit: pageSize });
    return items.map(({ id }) => [id]);
  };
  const theirList = async (/** @type {Parts['place'] | null} */ after) => {
    const cursor = after && {
      second: Math.floor(after.timeMs / 1000),
      rowId: `01J${String(after.sequence).padStart(23, '0')}`,
    };
    const rows = await ask(theirs.theirPage(lastMonth.fromMs, cursor, pageSize));
    return rows.map(([id]) => [id ?? null]);
  };
  const wanted = (/** @type {number} */ round) => {
    const [source = '', id = ''] = (known[round % known.length] ?? '').split('\t');
    return { source, id };
  };
  const from = months[0]?.fromMs ?? 0;
  return [
    { title: '8. list of events, the first page', ours: () => list(null), theirs: () => theirList(null) },
    { title: '8. the thousandth page', ours: () => list(place), theirs: () => theirList(place) },
    {
      title: '9. one event by its id',
      ours: async (round) => [[(await store.findEvent(wanted(round)))?.customerId ?? null]],
      theirs: async (round) =>
        (await ask(theirs.theirSearch(wanted(round).id, from))).map((row) => [row[2] ?? null]),
    },
    {
      title: '10. 500 events stored, until question 1 has them',
      ours: async (round) => {
        const events = newEvents(round);
        await store.append([encodeRows(events)]);
        const filter = { customerId: newCustomer(round), service: meter, ...lastMonth };
        return (await usageOf(store)({ filter })).map(quantity);
      },
      theirs: async (round) => {
        await insert(Buffer.from(newEvents(round).map(theirs.theirRow).join('')));
        const who = { subjects: [newCustomer(round)], groupBy: ['subject'] };
        const statement = theirs.theirStatement({
          ...{ value: theirs.theirValues.sum, type: meter, month: lastMonth, ...who },
        });
        return (await ask(statement)).map(value);
      },
    },
  ];
}

const newCustomer = (/** @type {number} */ round) => `new_${round}`;

/** @param {number} round @returns {import('../dist/domain/events/stored-event.js').StoredEvent[]} */
function newEvents(round) {
  return Array.from({ length: 500 }, (_, index) => ({
    ...{ source: 'edge', id: `new ${round} ${index}`, customerId: newCustomer(round), service: meter },
    ...{ timeMs: lastMonth.fromMs + index * 1000, receivedAtMs: lastMonth.fromMs + index * 1000 },
    ...{ quantity: `${index}.25`, amount: null, properties: [['region', 'eu-west-1']], traceparent: '' },
    ...{ fingerprint: '00000000000000ff', sequence: sequenceStart + 500_000_000 + round * 500 + index },
  }));
}
