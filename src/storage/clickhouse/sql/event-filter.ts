/** The conditions an event filter stands for, as text with placeholders and their values. */
import type { EventFilter } from '../../usage-store.ts';
import type { ParameterValue } from '../connection.ts';
import { conditionText } from './condition.ts';
import { makePlaceholders } from './placeholders.ts';

export interface Conditions {
  readonly texts: string[];
  readonly params: Record<string, ParameterValue>;
}

/** What a DateTime64 holds: 1900 to 2299. No event lies outside, so a bound beyond it is the same as none. */
const momentMinMs = -2_208_988_800_000;
const momentMaxMs = 10_413_791_999_999;

export function filterConditions(filter: EventFilter): Conditions {
  const conditions: Conditions = { texts: [], params: {} };
  const add = (value: ParameterValue | undefined, name: string, text: string) => {
    if (value === undefined) return;
    conditions.texts.push(text);
    conditions.params[name] = value;
  };
  add(filter.customerId, 'customer', 'customer_id = {customer:String}');
  add(filter.service, 'service', 'service = {service:String}');
  add(filter.source, 'source', 'source = {source:String}');
  add(bound(filter.fromMs), 'from', 'time >= {from:DateTime64(3)}');
  add(bound(filter.toMs), 'to', 'time < {to:DateTime64(3)}');
  if (filter.where !== undefined) {
    const values = makePlaceholders('where_');
    conditions.texts.push(conditionText(filter.where, values));
    Object.assign(conditions.params, values.params);
  }
  return conditions;
}

function bound(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : boundedMoment(ms);
}

export function boundedMoment(ms: number): number {
  return Math.min(Math.max(ms, momentMinMs), momentMaxMs);
}

export function whereClause(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `WHERE ${texts.join('\n  AND ')}`;
}
