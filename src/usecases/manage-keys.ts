/**
 * API keys: made, rotated, revoked. A key's text leaves here once, in the answer to whoever made it, and is kept nowhere.
 */
import { keyAudit } from '../domain/audit/key-audit.ts';
import { type ApiKey, type KeyWrite, revokeKey, rotateKey } from '../domain/keys/api-key.ts';
import { hashOfKey, makeKeyText, prefixOfKey } from '../domain/keys/key-text.ts';
import { checkKey, type KeyInput, newKey } from '../domain/keys/new-key.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Dependencies } from './dependencies.ts';

export type { ApiKey, KeyInput };

/** The only place where a key's text ever stands. */
export interface ShownKey {
  readonly ok: true;
  readonly key: ApiKey;
  readonly text: string;
}

export interface ManageKeys {
  createKey(input: KeyInput, actor: string): Promise<ShownKey | Refusal>;
  /** A new secret; the old ones go on for the overlap (default: a day). */
  rotateKey(name: string, overlapSeconds: number | null, actor: string): Promise<ShownKey | Refusal>;
  /** For good, at once. Again: the same answer. */
  revokeKey(name: string, actor: string): Promise<{ readonly ok: true; readonly key: ApiKey } | Refusal>;
  /** At most `limit` keys whose names come after `after`, revoked ones too. */
  listKeys(page: { readonly after: string | null; readonly limit: number }): ApiKey[];
}

type Needed = Pick<
  Dependencies,
  'keyRing' | 'recordStore' | 'sequence' | 'writeLane' | 'clock' | 'newSecret'
>;

export function makeManageKeys(needed: Needed): ManageKeys {
  const { keyRing, recordStore, sequence, writeLane, clock, newSecret } = needed;
  const { apiKeys } = recordStore;
  const drawSecret = ({ nowMs, actor }: KeyWrite) => {
    const text = makeKeyText(newSecret());
    const kept = { prefix: prefixOfKey(text), hash: hashOfKey(text) };
    return { text, secret: { ...kept, createdAtMs: nowMs, createdBy: actor, endsAtMs: null } };
  };
  const auditOf = (
    action: 'create' | 'rotate' | 'revoke',
    before: ApiKey | null,
    after: ApiKey,
    { nowMs, actor }: KeyWrite,
  ) => keyAudit({ action, actor, atMs: nowMs, sequence: sequence.next(), before, after });
  const change = async (action: 'rotate' | 'revoke', before: ApiKey, key: ApiKey, write: KeyWrite) => {
    await apiKeys.changeKey(key, auditOf(action, before, key, write));
    keyRing.keep(key);
    return key;
  };
  return {
    createKey: (input, actor) =>
      writeLane(async () => {
        const fault = checkKey(input);
        if (fault) return fault;
        if (keyRing.named(input.name)) return refuse('name_taken', taken, 'name');
        const write = { nowMs: clock.nowMs(), actor };
        const { text, secret } = drawSecret(write);
        const key = newKey(input, secret, write);
        await apiKeys.addKey(key, auditOf('create', null, key, write));
        keyRing.keep(key);
        return { ok: true, key, text };
      }),
    rotateKey: (name, overlapSeconds, actor) =>
      writeLane(async () => {
        const stored = keyRing.named(name);
        if (!stored) return unknown();
        if (stored.revokedAtMs !== null) return refuse('not_found', 'this key was revoked: make another one');
        const seconds = overlapSeconds ?? limits.keyOverlapSecondsDefault;
        if (!isOverlap(seconds)) return refuse('overlap_seconds_invalid', overlapRule, 'overlap_seconds');
        const write = { nowMs: clock.nowMs(), actor };
        const { text, secret } = drawSecret(write);
        const rotated = rotateKey(stored, secret, write.nowMs, seconds * 1000);
        const key = await change('rotate', stored, rotated, write);
        return { ok: true, key, text };
      }),
    revokeKey: (name, actor) =>
      writeLane(async () => {
        const stored = keyRing.named(name);
        if (!stored) return unknown();
        if (stored.revokedAtMs !== null) return { ok: true, key: stored };
        const write = { nowMs: clock.nowMs(), actor };
        return { ok: true, key: await change('revoke', stored, revokeKey(stored, write), write) };
      }),
    listKeys: ({ after, limit }) =>
      keyRing
        .all()
        .filter(({ name }) => after === null || name > after)
        .slice(0, limit),
  };
}

const taken =
  'name is taken, and a revoked key keeps its own: rotate the key, or take another name (with its source, if need be)';
const overlapRule = `overlap_seconds is a whole number from 0 to ${limits.keyOverlapSecondsMax}`;

function unknown(): Refusal {
  return refuse('not_found', 'there is no such key');
}

function isOverlap(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= limits.keyOverlapSecondsMax;
}
