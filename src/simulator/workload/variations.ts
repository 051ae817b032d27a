/**
 * A sent event once more: the same content written in another way, or the same identity with other content. It does
 * not say when they are sent: see waves.ts.
 */
import { type Members, membersOf } from './mistakes.ts';
import type { SimulatedEvent } from './usage-event.ts';

/** More zeros, where they still fit. */
function longer(decimal: string): string {
  if (decimal.length > 11) return decimal;
  const sign = decimal.startsWith('-') ? '-' : '';
  const size = decimal.slice(sign.length);
  return `${sign}00${size}${size.includes('.') ? '000' : '.00'}`;
}

/** The same moment on a clock five and a half hours ahead, to the microsecond. */
function elsewhere(timeMs: number): string {
  const local = new Date(timeMs + 330 * 60_000).toISOString();
  return local.replace('Z', '999+05:30').replace('T', 't');
}

const turned = (members: Members): Members => Object.fromEntries(Object.entries(members).reverse());

/** A number where the quantity was a text, if a number may hold it. */
function asNumber(members: Members): string {
  const quantity = String(members.quantity);
  if (quantity.replace(/\D/g, '').length > 12) return JSON.stringify(turned(members));
  return JSON.stringify({ ...members, quantity: '~' }).replace('"~"', quantity);
}

function withoutOne({ quantity, ...members }: Members): string {
  return JSON.stringify(quantity === '1' ? members : { quantity, ...members });
}

const respellings: readonly ((event: SimulatedEvent, members: Members) => string)[] = [
  (_, members) => JSON.stringify(turned({ ...members, quantity: longer(String(members.quantity)) })),
  ({ timeMs }, members) => JSON.stringify({ ...members, time: elsewhere(timeMs) }),
  (_, members) => asNumber(members),
  (_, members) => withoutOne(members),
  ({ region, plan }, members) =>
    JSON.stringify({ ...members, properties: { plan, region } }, null, 1).replace(/\n/g, ' '),
  (_, members) => JSON.stringify(members).replace('"quantity"', '"\\u0071uantity"'),
];

export function respelled(event: SimulatedEvent, turn: number): string {
  const respell = respellings[turn % respellings.length] as (typeof respellings)[number];
  return respell(event, membersOf(event));
}

const changes: readonly ((event: SimulatedEvent) => Members)[] = [
  ({ quantity }) => ({
    quantity: quantity.length > 11 ? '7' : `${quantity}${quantity.includes('.') ? '' : '.'}1`,
  }),
  ({ timeMs }) => ({ time: new Date(timeMs - 1).toISOString() }),
  ({ region }) => ({ properties: { region, plan: 'other' } }),
  ({ region, plan }) => ({ properties: { region, plan, extra: true } }),
  ({ region }) => ({ properties: { region, plan: 1 } }),
  ({ customerId }) => ({ customer_id: `${customerId}-other` }),
  ({ service }) => ({ service: `${service}-other` }),
  ({ amount }) => ({ amount: amount === '0.07' ? '0.08' : '0.07' }),
];

export function conflicting(event: SimulatedEvent, turn: number): string {
  const change = changes[turn % changes.length] as (typeof changes)[number];
  return JSON.stringify({ ...membersOf(event), ...change(event) });
}
