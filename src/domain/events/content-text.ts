/**
 * An event's content as text: TabSeparated fields, in the order and the form in which they are stored. Equal contents
 * have equal texts and no two contents share one, so that the fingerprint is a hash over it. Not the identity, not the
 * trace context.
 */
import type { CanonicalEvent, Property } from '@countinghouse/client/wire';

type Content = Pick<CanonicalEvent, 'customerId' | 'service' | 'quantity' | 'amount' | 'properties'>;

/** Everything but the time: customer, service, quantity, amount, properties. */
export function contentText({ customerId, service, quantity, amount, properties }: Content): string {
  const place = `${fieldText(customerId)}\t${fieldText(service)}`;
  return `${place}\t${quantity}\t${amount ?? '\\N'}\t${propertiesText(properties)}`;
}

/**
 * With the time in front, unless it was omitted: then the moment of receipt, which is no content, is left out. The number
 * of fields tells the two apart.
 */
export function fingerprintText(event: CanonicalEvent): string {
  const content = contentText(event);
  return event.timeMs === null ? content : `${instantText(event.timeMs)}\t${content}`;
}

/** Tested before it replaces, because nearly no text has any of these. */
const special = /[\\\p{Cc}]/u;
const everySpecial = /[\\\p{Cc}]/gu;
const mapSpecial = /[\\']/;
const everyMapSpecial = /[\\']/g;

/** One field of TabSeparated text. */
export function fieldText(value: string): string {
  return special.test(value) ? value.replace(everySpecial, escaped) : value;
}

function escaped(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.charCodeAt(0);
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}

/** Seconds and milliseconds since the epoch: the one form of a moment that leaves nothing to a calendar. */
export function instantText(ms: number): string {
  const rest = ms % 1000;
  return `${(ms - rest) / 1000}.${String(rest).padStart(3, '0')}`;
}

/** A map from names to JSON texts, escaped once, as `{'name':'value'}`, not a second time for TabSeparated. */
function propertiesText(list: readonly Property[]): string {
  let text = '';
  for (const [name, value] of list) {
    text += `${text === '' ? '' : ','}${mapText(name)}:${mapText(JSON.stringify(value))}`;
  }
  return `{${text}}`;
}

function mapText(value: string): string {
  return mapSpecial.test(value) ? `'${value.replace(everyMapSpecial, '\\$&')}'` : `'${value}'`;
}
