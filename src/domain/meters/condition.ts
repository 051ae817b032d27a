/**
 * Conditions on one event, as meters and questions filter by them (MONEY.md 5.1), and whether an event meets one. The
 * usage store does the same in its own language (storage/clickhouse/sql/condition.ts); a property test holds both together.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { compare, parseDecimal } from '../../money/decimal.ts';
import type { StoredEvent } from '../events/stored-event.ts';

export type PropertyPath = `properties.${string}`;

/** What a condition looks at. `quantity` and `amount` are exact decimals. */
export type ConditionField = 'customer_id' | 'service' | 'source' | 'quantity' | 'amount' | PropertyPath;

export type OrderOperator = 'lt' | 'lte' | 'gt' | 'gte';

/**
 * Equality is of type and value: `1` is not `"1"`. Order is of numbers only: anything else does not match. For
 * `quantity` and `amount` values are decimal texts.
 */
export type EventCondition =
  | { readonly all: readonly EventCondition[] }
  | { readonly any: readonly EventCondition[] }
  | { readonly field: ConditionField; readonly op: 'exists' }
  | { readonly field: ConditionField; readonly op: 'eq'; readonly value: PropertyValue }
  | { readonly field: ConditionField; readonly op: 'in'; readonly value: readonly PropertyValue[] }
  | { readonly field: ConditionField; readonly op: OrderOperator; readonly value: number | string }
  | { readonly field: ConditionField; readonly op: 'prefix'; readonly value: string };

export type ConditionEvent = Pick<
  StoredEvent,
  'customerId' | 'service' | 'source' | 'quantity' | 'amount' | 'properties'
>;

export function isDecimalField(field: ConditionField): field is 'quantity' | 'amount' {
  return field === 'quantity' || field === 'amount';
}

/** An empty `all` is met by every event, an empty `any` by none. */
export function matches(condition: EventCondition, event: ConditionEvent): boolean {
  if ('all' in condition) return condition.all.every((part) => matches(part, event));
  if ('any' in condition) return condition.any.some((part) => matches(part, event));
  const value = fieldValue(event, condition.field);
  if (value === null) return false;
  switch (condition.op) {
    case 'exists':
      return true;
    case 'eq':
      return isEqual(condition.field, value, condition.value);
    case 'in':
      return condition.value.some((one) => isEqual(condition.field, value, one));
    case 'prefix':
      return typeof value === 'string' && value.startsWith(condition.value);
    default:
      return isOrdered(condition.op, condition.field, value, condition.value);
  }
}

/** The property or member a condition, a dimension or a series key names; null: the event lacks it. */
export function fieldValue(event: ConditionEvent, field: ConditionField): PropertyValue | null {
  switch (field) {
    case 'customer_id':
      return event.customerId;
    case 'service':
      return event.service;
    case 'source':
      return event.source;
    case 'quantity':
      return event.quantity;
    case 'amount':
      return event.amount;
    default:
      return propertyOf(event, field);
  }
}

export function propertyOf(
  { properties }: Pick<StoredEvent, 'properties'>,
  path: PropertyPath,
): PropertyValue | null {
  const name = path.slice('properties.'.length);
  return properties.find(([own]) => own === name)?.[1] ?? null;
}

function isEqual(field: ConditionField, value: PropertyValue, asked: PropertyValue): boolean {
  if (!isDecimalField(field)) return value === asked;
  return compare(parseDecimal(value as string), parseDecimal(asked as string)) === 0;
}

function isOrdered(
  op: OrderOperator,
  field: ConditionField,
  value: PropertyValue,
  asked: number | string,
): boolean {
  const order = isDecimalField(field)
    ? compare(parseDecimal(value as string), parseDecimal(asked as string))
    : numberOrder(value, asked);
  if (order === null) return false;
  if (op === 'lt') return order < 0;
  if (op === 'lte') return order <= 0;
  return op === 'gt' ? order > 0 : order >= 0;
}

/** Numbers of at most 15 digits are told apart, and stand in their order, as doubles too. */
function numberOrder(value: PropertyValue, asked: number | string): number | null {
  if (typeof value !== 'number' || typeof asked !== 'number') return null;
  return value < asked ? -1 : value > asked ? 1 : 0;
}
