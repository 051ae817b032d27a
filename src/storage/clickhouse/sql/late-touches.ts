/**
 * Which days of which customers changed after a sequence: by events, and by corrections, which touch every place that the
 * event ever had.
 */
import type { LateQuery } from '../../metered-usage.ts';
import type { Statement } from '../connection.ts';
import { correctionsTable } from '../corrections-schema.ts';
import { usageTable } from '../schema.ts';
import { boundedMoment, whereClause } from './event-filter.ts';
import { isOneOf } from './measure.ts';
import { makePlaceholders, type Placeholders } from './placeholders.ts';

export type LateTouchRow = readonly [customerId: string, service: string, dayMs: number];

export function lateTouchesStatement(query: LateQuery, hasCorrections: boolean): Statement {
  const values = makePlaceholders();
  const perCustomer = perCustomerOf(query, values);
  const upTo = (sequence: string) =>
    query.sequenceMax === null ? [] : [`${sequence} <= ${values.put('UInt64', query.sequenceMax)}`];
  const customers = isOneOf(
    'customer_id',
    query.customers.map(({ customerId }) => customerId),
    values,
  );
  const place = [customers, ...perCustomer.before];
  const parts = [
    `SELECT customer_id, toString(service) AS name, ${day} AS day FROM ${usageTable}
  ${whereClause([...place, ...perCustomer.after('sequence'), ...upTo('sequence')])}`,
  ];
  if (hasCorrections) {
    parts.push(`SELECT customer_id, name, ${day} AS day FROM (${correctedPlaces(upTo('correction_sequence'))})
  ${whereClause([...place, ...perCustomer.after('last')])}`);
  }
  return {
    sql: `SELECT DISTINCT customer_id, name, day FROM (${parts.join('\nUNION ALL\n')})`,
    params: values.params,
  };
}

const day = 'toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(time) % 86400000';

/** Every place of every corrected event, with the sequence of the last correction. */
function correctedPlaces(known: readonly string[]): string {
  return `SELECT tupleElement(place, 1) AS customer_id, tupleElement(place, 2) AS name, tupleElement(place, 3) AS time, last
  FROM (
    SELECT max(correction_sequence) AS last, arrayJoin(arrayConcat(
      groupArray((original_customer_id, toString(original_service), original_time)),
      groupArray((customer_id, toString(service), time))
    )) AS place
    FROM ${correctionsTable} ${whereClause(known)} GROUP BY event_sequence
  )`;
}

/** Constants where all customers have the same bounds. */
function perCustomerOf({ customers }: LateQuery, values: Placeholders) {
  const [first] = customers;
  const beforeMs = customers.reduce((most, one) => Math.max(most, one.beforeMs), Number.MIN_SAFE_INTEGER);
  const afterLeast = customers.reduce(
    (least, one) => Math.min(least, one.afterSequence),
    Number.MAX_SAFE_INTEGER,
  );
  const before = [`time < ${values.put('DateTime64(3)', boundedMoment(beforeMs))}`];
  const least = values.put('Int64', afterLeast);
  const isSame = customers.every(
    (one) => one.beforeMs === first?.beforeMs && one.afterSequence === first.afterSequence,
  );
  if (isSame) return { before, after: (sequence: string) => [`${sequence} > ${least}`] };
  const own = (list: readonly number[], none: number) => {
    const ids = customers.map(({ customerId }) => customerId);
    const [keys, bounds] = [values.put('Array(String)', ids), values.put('Array(Int64)', list)];
    return `transform(customer_id, ${keys}, ${bounds}, ${values.put('Int64', none)})`;
  };
  const end = own(
    customers.map((one) => one.beforeMs),
    0,
  );
  const start = own(
    customers.map((one) => one.afterSequence),
    Number.MAX_SAFE_INTEGER,
  );
  return {
    before: [...before, `toUnixTimestamp64Milli(time) < ${end}`],
    after: (sequence: string) => [`${sequence} > ${least}`, `${sequence} > ${start}`],
  };
}
