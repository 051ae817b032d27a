/**
 * Whether a meter's cost can be told apart by a key of its events (MONEY.md 5.8): when every unit costs the same on its
 * own, or when the key is the dimension that the price tells apart anyway.
 */
import type { CompiledPrice, PriceTerms } from './price-terms.ts';
import type { MeterTimeline } from './price-timeline.ts';

/** What a question divides a cost by: keys of events, or a condition on them. */
export interface Division {
  /** `source`, `properties.NAME`. */
  readonly keys: readonly string[];
  /** Only some of the events are asked for. */
  readonly isNarrowed: boolean;
  /** Whether the meter only adds up what each event brings: count or sum. */
  readonly addsEvents: boolean;
}

export function isDivisible(timeline: MeterTimeline, division: Division): boolean {
  if (division.keys.length === 0 && !division.isNarrowed) return true;
  return isByLine(timeline, division) || (division.addsEvents && timeline.stretches.every(isLinearStretch));
}

/** Whether the keys of the question are the dimension of all its prices: each line is a group then. */
export function isByLine({ stretches }: MeterTimeline, { keys, isNarrowed }: Division): boolean {
  if (isNarrowed || keys.length !== 1) return false;
  return stretches.every(({ price }) => price === null || `properties.${price.dimension}` === keys[0]);
}

function isLinearStretch({ price }: { readonly price: CompiledPrice | null }): boolean {
  return price === null || price.allTerms.every(isLinear);
}

/** Each event costs what it costs, whatever else was used. */
function isLinear({ model, included, minimum, maximum }: PriceTerms): boolean {
  if (minimum !== null || maximum !== null) return false;
  return (
    model === 'percentage' || model === 'pass_through' || (model === 'per_unit' && included.numerator === 0n)
  );
}
