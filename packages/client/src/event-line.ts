/**
 * A canonical event as the line of JSON that is kept and sent. Written by hand: on the path of every `recordUsage`,
 * where building an object for `JSON.stringify` cost as much as all the rest. A property test holds it to that.
 */
import type { CanonicalEvent } from './wire/event.ts';

/**
 * `time` is the event's, as `formatTime` writes it; null when it has none. `withSource`: whether the event names its
 * source, or leaves it to the server's key.
 */
export function eventLine(event: CanonicalEvent, time: string | null, withSource: boolean): string {
  const { amount, properties } = event;
  let line = withSource ? `{"source":${quoted(event.source)},"id":` : '{"id":';
  line += `${quoted(event.id)},"customer_id":${quoted(event.customerId)},"service":${quoted(event.service)}`;
  if (time !== null) line += `,"time":"${time}"`;
  line += `,"quantity":"${event.quantity}"`;
  if (amount !== null) line += `,"amount":"${amount}"`;
  if (properties.length === 0) return `${line}}`;
  let separator = ',"properties":{';
  for (const [name, value] of properties) {
    // A property's name has no character that JSON escapes.
    line += `${separator}"${name}":${typeof value === 'string' ? quoted(value) : value}`;
    separator = ',';
  }
  return `${line}}}`;
}

/** Anything but plain characters is left to `JSON.stringify`. */
const notPlain = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

function quoted(text: string): string {
  return notPlain.test(text) ? JSON.stringify(text) : `"${text}"`;
}
