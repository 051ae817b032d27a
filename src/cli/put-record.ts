/**
 * Brings one record on the server to the state wanted, writing only when something differs, so that an import
 * that is repeated makes no new versions.
 */
import type { ApiConnection } from './connect.ts';

export type Change = 'created' | 'changed' | 'unchanged';
export type WriteResult = { readonly ok: true; readonly change: Change } | WriteRefusal;
export interface WriteRefusal {
  readonly ok: false;
  /** In the server's words. */
  readonly reason: string;
}

type Wanted = Readonly<Record<string, string>>;

/** A member that is not wanted is left as it is. Throws when the server cannot answer for any record. */
export async function putRecord(api: ApiConnection, path: string, wanted: Wanted): Promise<WriteResult> {
  const found = await api.request('GET', path);
  if (found.status === 200 && hasAll(found.body, wanted)) return { ok: true, change: 'unchanged' };
  if (found.status !== 200 && found.status !== 404) return refusalOf(found);
  const written = await api.request('PUT', path, wanted);
  if (written.status === 201) return { ok: true, change: 'created' };
  return written.status === 200 ? { ok: true, change: 'changed' } : refusalOf(written);
}

/**
 * What an answer that is no success means: 400, 404, 409, 413 and 422 are about this record; anything else
 * (no right, too busy, broken) would meet the next one as well and is thrown.
 */
export function refusalOf(
  { status, body }: { status: number; body: unknown },
  advice = '; what was imported stays, run it again',
): WriteRefusal {
  const reason = reasonOf(body);
  if (![400, 404, 409, 413, 422].includes(status)) {
    throw new Error(`the server answered ${status}: ${reason}${advice}`);
  }
  return { ok: false, reason };
}

function hasAll(body: unknown, wanted: Wanted): boolean {
  const found = new Map(Object.entries(body ?? {}));
  return Object.entries(wanted).every(([key, value]) => found.get(key) === value);
}

function reasonOf(body: unknown): string {
  const problem = new Map(Object.entries(body ?? {}));
  const detail = problem.get('detail') ?? problem.get('title') ?? 'no reason given';
  const code = problem.get('code');
  return code === undefined ? `${detail}` : `${detail} (${code})`;
}
