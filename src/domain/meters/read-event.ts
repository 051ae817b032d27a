/**
 * What one event means to one meter: the value it brings, or the reason why it brings none. For explaining; the sums
 * come from the usage store, which reads events by the same rules.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { StoredEvent } from '../events/stored-event.ts';
import { type EventCondition, matches, type PropertyPath, propertyOf } from './condition.ts';
import type { Meter } from './meter.ts';
import { decimalOfNumber } from './property-number.ts';

export type EventReading =
  /** `value`: what is counted, summed or compared; for `count` 1, for `unique` the property itself as JSON text. */
  { readonly isIn: true; readonly value: string } | { readonly isIn: false; readonly reason: LeftOut };

export type LeftOut =
  | { readonly kind: 'other_service' }
  /** The first part of the filter that does not match; the whole of an `any`. */
  | { readonly kind: 'filtered_out'; readonly by: EventCondition }
  | { readonly kind: 'property_missing'; readonly property: PropertyPath }
  | { readonly kind: 'property_not_numeric'; readonly property: PropertyPath };

export function readForMeter(meter: Meter, event: StoredEvent): EventReading {
  if (event.service !== meter.service) return out({ kind: 'other_service' });
  const failed = meter.filter === null ? null : failedPart(meter.filter, event);
  if (failed !== null) return out({ kind: 'filtered_out', by: failed });
  if (meter.aggregation === 'count') return { isIn: true, value: '1' };
  if (meter.value === 'quantity') return { isIn: true, value: event.quantity };
  const property = propertyOf(event, meter.value);
  if (property === null) return out({ kind: 'property_missing', property: meter.value });
  if (meter.aggregation === 'unique') return { isIn: true, value: JSON.stringify(property) };
  const number = numberOf(property);
  return number === null
    ? out({ kind: 'property_not_numeric', property: meter.value })
    : { isIn: true, value: number };
}

function out(reason: LeftOut): EventReading {
  return { isIn: false, reason };
}

function numberOf(value: PropertyValue): string | null {
  return typeof value === 'number' ? decimalOfNumber(value) : null;
}

function failedPart(condition: EventCondition, event: StoredEvent): EventCondition | null {
  if (matches(condition, event)) return null;
  if (!('all' in condition)) return condition;
  for (const part of condition.all) {
    const failed = failedPart(part, event);
    if (failed !== null) return failed;
  }
  return condition;
}
