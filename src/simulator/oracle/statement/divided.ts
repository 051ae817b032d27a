/**
 * Which lines a meter has where prices tell the values of a property apart (MONEY.md 5.2 and 5.3): each value is a line
 * with its own counters, beside the undivided line of versions without a dimension. Customers' own prices with a dimension,
 * which may ask for something without any use, are not its business. What a line costs is line.ts's.
 */
import type { Slice } from '../tally.ts';
import { readProperty } from './conditions.ts';
import { type Version, versionAt } from './line.ts';
import type { PriceTerms } from './price-terms.ts';

/** Undefined: the undivided line; `null`: events without the property; else a value with its type, such as `"eu"`. */
export type LineValue = string | undefined;

export interface MeterLine {
  readonly value: LineValue;
  /** What counts for the line. */
  readonly slices: readonly Slice[];
  readonly termsOf: (version: Version) => PriceTerms | null;
}

/** Those that usage makes, and the undivided one. What has no price yet counts on in all of them. */
export function linesOfMeter(versions: readonly Version[], slices: readonly Slice[]): MeterLine[] {
  const dimension = versions.find((version) => version.dimension !== undefined)?.dimension;
  if (dimension === undefined) return [{ value: undefined, slices, termsOf: (version) => version }];
  const marked = slices.map((slice) => ({
    slice,
    value: usedValue(slice, dimension),
    version: versionAt(versions, slice.atMs),
  }));
  const values = new Set<LineValue>([undefined, ...marked.map(({ value }) => value)]);
  return [...values].map((value) => ({
    value,
    slices: marked.filter((one) => isOf(one.version, one.value, value)).map(({ slice }) => slice),
    termsOf: (version) => termsFor(version, value),
  }));
}

function usedValue({ properties }: Slice, dimension: string): string {
  return readProperty(properties)(dimension) ?? 'null';
}

function isOf(version: Version | null, used: string, value: LineValue): boolean {
  if (version === null) return value === undefined || used === value;
  return version.dimension === undefined ? value === undefined : used === value;
}

/** An entry's own limits come before those that stand beside the entries. */
export function termsFor(version: Version, value: LineValue): PriceTerms | null {
  const { dimension, rates = [], fallback, model } = version;
  if (dimension === undefined) return value === undefined ? version : null;
  if (value === undefined) return null;
  const entry = rates.find((rate) => JSON.stringify(rate.value) === value) ?? fallback;
  if (entry === undefined) return null;
  const { included_quantity, minimum_amount, maximum_amount } = version;
  return {
    ...(included_quantity === undefined ? {} : { included_quantity }),
    ...(minimum_amount === undefined ? {} : { minimum_amount }),
    ...(maximum_amount === undefined ? {} : { maximum_amount }),
    ...entry,
    model,
  };
}
