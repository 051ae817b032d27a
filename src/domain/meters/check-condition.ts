/**
 * A condition as it was sent, judged and put into its canonical form (MONEY.md 5.1): what filters of meters and of
 * questions may say. Whether an event meets one is condition.ts's.
 */
import {
  canonicalDecimal,
  canonicalNumber,
  eventLimits,
  type PropertyValue,
  plainNumber,
  textFault,
  textFaultMessage,
  WrittenNumber,
} from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type ConditionField, type EventCondition, isDecimalField, type PropertyPath } from './condition.ts';

export type ReadCondition = { readonly ok: true; readonly condition: EventCondition } | Refusal;

/** `place` is what the refusal names: `filter`. */
export function readCondition(sent: unknown, place: string): ReadCondition {
  const budget = { left: limits.conditionPartsMax };
  try {
    return { ok: true, condition: readPart(sent, place, budget) };
  } catch (error) {
    if (error instanceof Fault) return refuse('filter_invalid', error.message, error.field);
    throw error;
  }
}

/** `properties.NAME`, as in filters, dimensions and series. */
export function isPropertyPath(text: string): text is PropertyPath {
  return propertyPath.test(text);
}

const propertyPath = new RegExp(`^properties\\.[A-Za-z0-9_.-]{1,${eventLimits.propertyNameLengthMax}}$`);
const ownFields = ['customer_id', 'service', 'source', 'quantity', 'amount'] as const;
const operators = ['eq', 'in', 'exists', 'lt', 'lte', 'gt', 'gte', 'prefix'] as const;
type Operator = (typeof operators)[number];

/** Found deep inside; it never leaves this file. */
class Fault extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

interface Budget {
  left: number;
}

function readPart(sent: unknown, place: string, budget: Budget): EventCondition {
  budget.left -= 1;
  if (budget.left < 0) throw new Fault(place, `a filter has at most ${limits.conditionPartsMax} parts`);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new Fault(
      place,
      `${place} must be an object: { "field", "op", "value" }, or { "all" or "any": [ … ] }`,
    );
  }
  const part = sent as Readonly<Record<string, unknown>>;
  const group = 'all' in part ? 'all' : 'any' in part ? 'any' : null;
  if (group === null) return readTest(part, place);
  allowOnly(part, [group], place);
  const parts = part[group];
  if (!Array.isArray(parts)) throw new Fault(`${place}.${group}`, `${place}.${group} must be a list`);
  const read = parts.map((one, index) => readPart(one, `${place}.${group}.${index}`, budget));
  return group === 'all' ? { all: read } : { any: read };
}

function readTest(part: Readonly<Record<string, unknown>>, place: string): EventCondition {
  allowOnly(part, ['field', 'op', 'value'], place);
  const field = readField(part.field, place);
  const op = operators.find((known) => known === part.op);
  if (op === undefined) throw new Fault(`${place}.op`, `${place}.op must be one of ${operators.join(', ')}`);
  if (op !== 'exists') return readComparison(field, op, part.value, `${place}.value`);
  if ('value' in part) throw new Fault(`${place}.value`, 'exists takes no value');
  return { field, op };
}

function readComparison(
  field: ConditionField,
  op: Exclude<Operator, 'exists'>,
  value: unknown,
  place: string,
): EventCondition {
  switch (op) {
    case 'eq':
      return { field, op, value: readValue(field, value, place) };
    case 'in':
      return { field, op, value: readValues(field, value, place) };
    case 'prefix':
      if (isDecimalField(field)) throw new Fault(place, `prefix is of texts, and ${field} is a number`);
      if (typeof value !== 'string') throw new Fault(place, `${place} must be a text`);
      return { field, op, value: readText(value, place) };
    default:
      return { field, op, value: readNumber(field, value, place) };
  }
}

function readValues(field: ConditionField, value: unknown, place: string): PropertyValue[] {
  if (!Array.isArray(value)) throw new Fault(place, `${place} must be a list of values`);
  if (value.length > limits.conditionValuesMax) {
    throw new Fault(place, `${place} has at most ${limits.conditionValuesMax} values`);
  }
  return value.map((one, index) => readValue(field, one, `${place}.${index}`));
}

/** Equality is of type and value; quantities and amounts are decimals. */
function readValue(field: ConditionField, value: unknown, place: string): PropertyValue {
  if (isDecimalField(field)) return readDecimal(value, place);
  if (typeof value === 'string') return readText(value, place);
  if (!field.startsWith('properties.')) throw new Fault(place, `${place} must be a text, as ${field} is`);
  if (typeof value === 'boolean') return value;
  return readPlainNumber(value, place);
}

/** Order is of numbers only. */
function readNumber(field: ConditionField, value: unknown, place: string): number | string {
  if (isDecimalField(field)) return readDecimal(value, place);
  if (!field.startsWith('properties.')) {
    throw new Fault(place, `${field} is a text: only numbers are less or greater`);
  }
  return readPlainNumber(value, place);
}

function readPlainNumber(value: unknown, place: string): number {
  if (typeof value !== 'number' && !(value instanceof WrittenNumber)) {
    throw new Fault(
      place,
      `${place} must be a text, a number or true or false, and a number where it is an order`,
    );
  }
  const number = plainNumber(value);
  if (!number.ok) throw new Fault(place, `${place} ${number.reason}`);
  return number.value;
}

function readDecimal(value: unknown, place: string): string {
  if (typeof value === 'string') {
    const text = canonicalDecimal(value);
    if (text !== null) return text;
  } else if (typeof value === 'number' || value instanceof WrittenNumber) {
    const number = canonicalNumber(value);
    if (number.ok) return number.text;
  }
  throw new Fault(place, `${place} must be a decimal such as "5.5"`);
}

function readText(value: string, place: string): string {
  const { propertyStringLengthMax } = eventLimits;
  const fault = value === '' ? null : textFault(value, propertyStringLengthMax);
  if (fault === null) return value;
  throw new Fault(place, `${place} ${textFaultMessage(fault, propertyStringLengthMax)}`);
}

function readField(field: unknown, place: string): ConditionField {
  const own = ownFields.find((known) => known === field);
  if (own !== undefined) return own;
  if (typeof field === 'string' && isPropertyPath(field)) return field;
  throw new Fault(
    `${place}.field`,
    `${place}.field must be properties.NAME or one of ${ownFields.join(', ')}`,
  );
}

function allowOnly(part: object, names: readonly string[], place: string): void {
  const unknown = Object.keys(part).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const field = `${place}.${unknown.slice(0, 128)}`;
  throw new Fault(field, `${field} is not known here; known: ${names.join(', ')}`);
}
