/**
 * Every kind of invalid event, as texts: what a client that misbehaves sends. Each has one mistake and is right
 * otherwise. Which code each must be refused with is not said here: the oracle knows.
 */
import type { SimulatedEvent } from './usage-event.ts';
import { dayMs } from './world.ts';

export interface Members {
  [name: string]: unknown;
}

/** As on the wire. */
export function membersOf(event: SimulatedEvent): Members {
  const { source, id, customerId: customer_id, service, timeMs, quantity, amount, region, plan } = event;
  const time = new Date(timeMs).toISOString();
  const properties = { region, plan };
  return amount === null
    ? { source, id, customer_id, service, time, quantity, properties }
    : { source, id, customer_id, service, time, quantity, amount, properties };
}

interface Mistake {
  readonly name: string;
  spoil(members: Members): string;
}

function changed(name: string, change: Members): Mistake {
  return { name, spoil: (members) => JSON.stringify({ ...members, ...change }) };
}

function without(member: string): Mistake {
  return { name: `no ${member}`, spoil: ({ [member]: _, ...rest }) => JSON.stringify(rest) };
}

/** For numbers whose text a JavaScript number would not keep. */
function written(name: string, member: string, text: string): Mistake {
  return {
    name,
    spoil: (members) => JSON.stringify({ ...members, [member]: '~' }).replace('"~"', text),
  };
}

function replaced(name: string, text: string): Mistake {
  return { name, spoil: () => text };
}

const long = 'x'.repeat(129);
const manyProperties = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`p${at}`, at]));

function textMistakes(member: string): Mistake[] {
  return [
    changed(`${member} empty`, { [member]: '' }),
    changed(`${member} too long`, { [member]: long }),
    changed(`${member} null`, { [member]: null }),
    changed(`${member} a number`, { [member]: 7 }),
    changed(`${member} with a control character`, { [member]: 'a\u0007b' }),
    {
      name: `${member} with half a character`,
      spoil: (members) => JSON.stringify({ ...members, [member]: '~' }).replace('"~"', '"a\\ud800b"'),
    },
  ];
}

/** `farFuture` lies behind the span by more than any run takes. */
const farFuture = 400 * dayMs;

export const mistakes: readonly Mistake[] = [
  ...['id', 'customer_id', 'service', 'source'].flatMap(textMistakes),
  ...['id', 'customer_id', 'service'].map(without),
  changed('unknown member', { quantiy: '1' }),
  changed('quantity a word', { quantity: 'abc' }),
  changed('quantity with a plus sign', { quantity: '+1' }),
  changed('quantity with an exponent', { quantity: '1e3' }),
  changed('quantity with a space', { quantity: ' 1' }),
  changed('quantity null', { quantity: null }),
  changed('quantity true', { quantity: true }),
  changed('quantity with 27 digits', { quantity: '1'.repeat(27) }),
  changed('quantity with 13 digits behind the point', { quantity: `0.${'1'.repeat(13)}` }),
  changed('quantity negative', { quantity: '-1' }),
  written('quantity a long number', 'quantity', '10000000000000000001'),
  written('quantity a huge number', 'quantity', '1e400'),
  changed('amount a word', { amount: 'ten' }),
  written('amount a long number', 'amount', '0.1000000000000000055'),
  changed('time a word', { time: 'yesterday' }),
  changed('time without a zone', { time: '2026-11-24T10:00:00' }),
  changed('time on a day that is not', { time: '2026-02-29T10:00:00Z' }),
  changed('time a number', { time: 1_764_000_000 }),
  changed('time before 2000', { time: '1999-12-31T23:59:59.999Z' }),
  {
    name: 'time in the future',
    spoil: (members) => {
      const time = new Date(Date.parse(String(members.time)) + farFuture).toISOString();
      return JSON.stringify({ ...members, time });
    },
  },
  changed('properties a list', { properties: [] }),
  changed('properties null', { properties: null }),
  changed('too many properties', { properties: manyProperties }),
  changed('a property in a property', { properties: { a: { b: 1 } } }),
  changed('a property null', { properties: { a: null } }),
  changed('a property with a bad name', { properties: { 'a b': 1 } }),
  changed('a property too long', { properties: { a: 'x'.repeat(1_025) } }),
  written('a property a long number', 'properties', '{"a":12345678901234567890}'),
  replaced('not an object', '"not an event"'),
  replaced('a list', '[1,2]'),
  replaced('null', 'null'),
  replaced('not JSON', '{"id":"broken'),
];
