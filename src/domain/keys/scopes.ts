/** What a key may do. Which route needs which scope is the edge's table (src/http/access-table.ts). */

export const scopes = ['events:write', 'read', 'records:write', 'statements:write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

/** `admin` may do everything; no other scope includes another: a key that reports can read nothing. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes(needed) || held.includes('admin');
}
