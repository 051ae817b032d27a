/** Rows as the engine answers them (JSON arrays) to stored events. The way in is storage/usage-rows. */
import type { Property, PropertyValue } from '@countinghouse/client/wire';
import { formatFingerprint } from '../../domain/events/fingerprint.ts';
import type { StoredEvent } from '../../domain/events/stored-event.ts';

export function readFingerprint(text: string): string {
  return formatFingerprint(BigInt(text));
}

/** The map comes as two arrays: an object would reorder names like "10" and "9". */
export const eventColumns = `customer_id, service, toUnixTimestamp64Milli(time), source, id, toString(quantity),
  toString(amount), mapKeys(properties), mapValues(properties), traceparent, toString(fingerprint), sequence,
  toUnixTimestamp64Milli(received_at)`;

export type EventRow = readonly [
  customerId: string,
  service: string,
  timeMs: number,
  source: string,
  id: string,
  quantity: string,
  amount: string | null,
  names: readonly string[],
  values: readonly string[],
  traceparent: string,
  fingerprint: string,
  sequence: number,
  receivedAtMs: number,
];

export function readEvent(row: EventRow): StoredEvent {
  const [customerId, service, timeMs, source, id, quantity, amount, names, values, traceparent] = row;
  const list = names.map((name, index): Property => [name, readProperty(values[index] ?? '')]);
  return {
    ...{ customerId, service, timeMs, source, id, quantity, amount, traceparent },
    properties: list,
    fingerprint: readFingerprint(row[10]),
    sequence: row[11],
    receivedAtMs: row[12],
  };
}

export function readProperty(json: string): PropertyValue {
  return JSON.parse(json) as PropertyValue;
}
