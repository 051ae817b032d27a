/**
 * The rules of an event's properties: flat, few, typed. A name such as `__proto__` or `constructor` is one like
 * any other, so members are read by their own keys and kept as pairs, never as an object's members.
 */
import { plainNumber } from './canonical-number.ts';
import type { Property, PropertyValue } from './event.ts';
import type { EventFault } from './event-codes.ts';
import { eventLimits } from './event-limits.ts';
import { shownName, textFault, textFaultMessage } from './text-rules.ts';
import { WrittenNumber } from './written-number.ts';

const { propertiesMax, propertyNameLengthMax, propertyStringLengthMax } = eventLimits;
const namePattern = new RegExp(`^[A-Za-z0-9_.-]{1,${propertyNameLengthMax}}$`);

/** The properties sorted by name, or the first rule they break. */
export function readProperties(value: unknown): readonly Property[] | EventFault {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof WrittenNumber) {
    const message = value === null ? 'is null; omit the member instead' : 'must be an object';
    return { code: 'properties_invalid', field: 'properties', message: `properties ${message}` };
  }
  const names = Object.keys(value);
  if (names.length > propertiesMax) {
    const message = `an event has at most ${propertiesMax} properties, this one has ${names.length}`;
    return { code: 'properties_too_many', field: 'properties', message };
  }
  return readEach(names, value as Readonly<Record<string, unknown>>);
}

function readEach(
  names: readonly string[],
  members: Readonly<Record<string, unknown>>,
): Property[] | EventFault {
  const properties: Property[] = [];
  let sorted = true;
  let before = '';
  for (const name of names) {
    if (!namePattern.test(name)) return nameFault(name);
    const read = readValue(members[name]);
    if (read instanceof Refused) return propertyFault(name, read.reason);
    properties.push([name, read]);
    sorted &&= before < name;
    before = name;
  }
  return sorted ? properties : properties.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** Told apart from the values by its class: a string is a value here, not a reason. */
class Refused {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

function readValue(value: unknown): PropertyValue | Refused {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const fault = value === '' ? null : textFault(value, propertyStringLengthMax);
    return fault === null ? value : new Refused(textFaultMessage(fault, propertyStringLengthMax));
  }
  if (typeof value !== 'number' && !(value instanceof WrittenNumber)) {
    const absent = value === null || value === undefined;
    return new Refused(absent ? `is ${value}; omit it instead` : 'must be a string, a number or a boolean');
  }
  const number = plainNumber(value);
  return number.ok ? number.value : new Refused(number.reason);
}

function propertyFault(name: string, reason: string): EventFault {
  const field = `properties.${name}`;
  return { code: 'property_invalid', field, message: `${field} ${reason}` };
}

function nameFault(name: string): EventFault {
  const rule = `a property's name has 1 to ${propertyNameLengthMax} of the characters A-Z a-z 0-9 _ . -`;
  return { code: 'property_invalid', field: `properties.${shownName(name)}`, message: rule };
}
