/**
 * Properties of an event, and the filters of meters over them (MONEY.md 5.1), for the oracle. Values are texts with their
 * type, as event-rules.ts writes them: `"eu"`, `7`, `true`. It prices nothing.
 */
import { isLess, readRatio } from './ratio.ts';

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly field: string; readonly op: 'exists' }
  | { readonly field: string; readonly op: 'in'; readonly value: readonly unknown[] }
  | { readonly field: string; readonly op: 'prefix'; readonly value: string }
  | { readonly field: string; readonly op: 'eq' | 'lt' | 'lte' | 'gt' | 'gte'; readonly value: unknown };

/** By name; values with their type. `properties` is as event-rules.ts reads it: a line for each. */
export function propertiesOf(properties: string): ReadonlyMap<string, string> {
  const lines = properties === '' ? [] : properties.split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** The value of a field such as `properties.region`; undefined where the event lacks it. */
export type ReadField = (field: string) => string | undefined;

/** Throws where usage was not counted apart by properties: nothing can be said of it. */
export function readProperty(properties: string | null): ReadField {
  if (properties === null)
    throw new Error('prices and filters by properties need usage that is counted apart');
  const values = propertiesOf(properties);
  return (field) => {
    if (!field.startsWith('properties.')) throw new Error(`the oracle reads no field ${field}`);
    return values.get(field.slice('properties.'.length));
  };
}

const isNumber = (text: string): boolean => /^-?\d/.test(text);

/** What lacks the field meets no test of it; texts are not less or greater than anything. */
export function meets(condition: Condition, read: ReadField): boolean {
  if ('all' in condition) return condition.all.every((part) => meets(part, read));
  if ('any' in condition) return condition.any.some((part) => meets(part, read));
  const got = read(condition.field);
  if (got === undefined) return false;
  switch (condition.op) {
    case 'exists':
      return true;
    case 'eq':
      return got === JSON.stringify(condition.value);
    case 'in':
      return condition.value.some((one) => got === JSON.stringify(one));
    case 'prefix':
      return got.startsWith('"') && (JSON.parse(got) as string).startsWith(condition.value);
    default:
      return isNumber(got) && isInOrder(condition.op, got, `${condition.value}`);
  }
}

function isInOrder(op: 'lt' | 'lte' | 'gt' | 'gte', got: string, limit: string): boolean {
  const [one, other] = [readRatio(got), readRatio(limit)];
  if (op === 'lt') return isLess(one, other);
  if (op === 'gt') return isLess(other, one);
  return op === 'lte' ? !isLess(other, one) : !isLess(one, other);
}
