/** Where two JSON values differ first, in the order in which the first one is written. Pure; it does not say why. */
import type { Json } from './canonical-json.ts';

export interface Difference {
  /** `lines[2].slices[0].quantity`; empty: the values as a whole. */
  readonly path: string;
  readonly stored: Json | undefined;
  readonly recomputed: Json | undefined;
}

export function firstDifference(
  stored: Json | undefined,
  recomputed: Json | undefined,
  path = '',
): Difference | null {
  if (isList(stored) && isList(recomputed)) {
    const length = Math.max(stored.length, recomputed.length);
    for (let index = 0; index < length; index += 1) {
      const found = firstDifference(stored[index], recomputed[index], `${path}[${index}]`);
      if (found) return found;
    }
    return null;
  }
  if (isObject(stored) && isObject(recomputed)) {
    for (const name of new Set([...Object.keys(stored), ...Object.keys(recomputed)])) {
      const found = firstDifference(stored[name], recomputed[name], path === '' ? name : `${path}.${name}`);
      if (found) return found;
    }
    return null;
  }
  return stored === recomputed ? null : { path, stored, recomputed };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
