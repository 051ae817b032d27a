/**
 * What an event brings to a meter, in the engine's language: the value as an exact decimal (for `unique` as text), and the
 * conditions under which it is in the meter at all. The same rules as domain/meters/read-event.ts.
 */
import type { Meter } from '../../../domain/meters/meter.ts';
import {
  propertyFractionDigitsMax,
  propertyIntegerDigitsMax,
} from '../../../domain/meters/property-number.ts';
import { conditionText, propertyTextOf } from './condition.ts';
import type { Placeholders } from './placeholders.ts';

export interface MeterValueText {
  /** Over the columns of usage_events. */
  readonly text: string;
  /** All must hold. The service is not among them. */
  readonly conditions: readonly string[];
}

type MeterParts = Pick<Meter, 'aggregation' | 'value' | 'filter'>;

export function meterValueText(meter: MeterParts, values: Placeholders): MeterValueText {
  const filter = meter.filter === null ? [] : [conditionText(meter.filter, values)];
  if (meter.aggregation === 'count') return { text: 'toDecimal256(1, 0)', conditions: filter };
  if (meter.value === 'quantity') return { text: 'toDecimal256(quantity, 12)', conditions: filter };
  const property = propertyTextOf(meter.value, values);
  if (meter.aggregation === 'unique') {
    return { text: property, conditions: [...filter, `${property} != ''`] };
  }
  return { text: numberText(property), conditions: [...filter, isNumberText(property)] };
}

/** A number has 15 significant digits: one that begins within the digits that count ends within so many more. */
const wideDigits = propertyFractionDigitsMax + 15;

function wide(property: string): string {
  return `toDecimal256OrNull(${property}, ${wideDigits})`;
}

function numberText(property: string): string {
  return `toDecimal256(assumeNotNull(${wide(property)}), ${propertyFractionDigitsMax})`;
}

/** A text in quotes, true and false are no decimals to the engine; digits too many would be cut without a word. */
function isNumberText(property: string): string {
  const bound = `toDecimal256('1${'0'.repeat(propertyIntegerDigitsMax)}', 0)`;
  const cut = numberText(property);
  const exact = `abs(${wide(property)}) < ${bound} AND ${cut} = ${wide(property)} AND ${cut} != 0`;
  return `(${property} = '0' OR ifNull(${exact}, 0))`;
}
