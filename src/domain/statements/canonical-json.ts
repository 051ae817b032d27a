/**
 * The canonical form of a JSON value (RFC 8785): members sorted by the UTF-16 units of their names, no spaces, numbers
 * and texts as ECMAScript writes them. Equal values are equal bytes, so a hash over them can be computed by anybody.
 * It reads nothing and hashes nothing.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object')
    return primitive(value as string | number | boolean | null);
  const members = Object.entries(value as { readonly [name: string]: Json });
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

function primitive(value: string | number | boolean | null): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`no JSON number: ${value}`);
  return JSON.stringify(value);
}
