/**
 * A condition on events (domain/meters/condition.ts) in the engine's language, over the columns of usage_events. A property
 * is JSON text there, '' where the event lacks it, so that equality of type and value is equality of texts.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { ConditionField, EventCondition, OrderOperator } from '../../../domain/meters/condition.ts';
import type { Placeholders } from './placeholders.ts';

const operators: Readonly<Record<OrderOperator, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

type Simple = Exclude<EventCondition, { all: unknown } | { any: unknown }>;

/** Never NULL, so that it can be negated and counted. */
export function conditionText(condition: EventCondition, values: Placeholders): string {
  if ('all' in condition) return joined(condition.all, 'AND', '1', values);
  if ('any' in condition) return joined(condition.any, 'OR', '0', values);
  switch (condition.field) {
    case 'quantity':
    case 'amount':
      return decimalText(condition, values);
    case 'customer_id':
    case 'service':
    case 'source':
      return memberText(condition, values);
    default:
      return propertyText(condition, values);
  }
}

function joined(
  parts: readonly EventCondition[],
  by: 'AND' | 'OR',
  empty: string,
  values: Placeholders,
): string {
  if (parts.length === 0) return empty;
  return `(${parts.map((part) => conditionText(part, values)).join(` ${by} `)})`;
}

/** The expression of the property's JSON text. */
export function propertyTextOf(path: string, values: Placeholders): string {
  return `properties[${values.put('String', path.slice('properties.'.length))}]`;
}

function decimalText(condition: Simple, values: Placeholders): string {
  const { field } = condition;
  if (condition.op === 'exists') return `${field} IS NOT NULL`;
  if (condition.op === 'prefix') return '0';
  const put = (value: PropertyValue) => values.put('Decimal(38, 12)', String(value));
  const compare = () => {
    if (condition.op === 'in') return condition.value.map((value) => `${field} = ${put(value)}`).join(' OR ');
    return `${field} ${condition.op === 'eq' ? '=' : operators[condition.op]} ${put(condition.value)}`;
  };
  return `ifNull(${compare() || '0'}, 0)`;
}

function memberText(condition: Simple, values: Placeholders): string {
  const { field } = condition;
  switch (condition.op) {
    case 'exists':
      return '1';
    case 'eq':
      return typeof condition.value === 'string'
        ? `${field} = ${values.put('String', condition.value)}`
        : '0';
    case 'in':
      return `${field} IN (${values.put(
        'Array(String)',
        condition.value.filter((value) => typeof value === 'string'),
      )})`;
    case 'prefix':
      return `startsWith(${field}, ${values.put('String', condition.value)})`;
    default:
      return '0';
  }
}

function propertyText(condition: Simple, values: Placeholders): string {
  const text = propertyTextOf(condition.field satisfies ConditionField, values);
  switch (condition.op) {
    case 'exists':
      return `${text} != ''`;
    case 'eq':
      return `${text} = ${values.put('String', JSON.stringify(condition.value))}`;
    case 'in': {
      const texts = condition.value.map((value) => JSON.stringify(value));
      return `${text} IN (${values.put('Array(String)', texts)})`;
    }
    case 'prefix':
      return `startsWith(${text}, ${values.put('String', JSON.stringify(condition.value).slice(0, -1))})`;
    default:
      return orderText(text, condition.op, condition.value, values);
  }
}

/**
 * Numbers have at most 15 significant digits, so doubles tell them apart and keep their order. The bound comes as the bits
 * of its double.
 */
function orderText(text: string, op: OrderOperator, bound: number | string, values: Placeholders): string {
  if (typeof bound !== 'number') return '0';
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, bound);
  const value = `reinterpretAsFloat64(${values.put('UInt64', bits.getBigUint64(0))})`;
  return `(match(${text}, '^[-0-9]') AND ifNull(toFloat64OrNull(${text}) ${operators[op]} ${value}, 0))`;
}
