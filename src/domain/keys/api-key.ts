/**
 * An API key as it is kept: what it may do, and the hashes of its secrets. The secret itself is known to nobody here.
 * A key that is rotated has several secrets for a while. Who holds which is in the key ring (src/usecases/key-ring.ts).
 */
import type { Scope } from './scopes.ts';

export interface KeySecret {
  /** The readable beginning of the key's text. */
  readonly prefix: string;
  /** SHA-256 of the key's text, in hex. */
  readonly hash: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** From this moment on it opens nothing; null: no end is set. */
  readonly endsAtMs: number | null;
}

export interface ApiKey {
  /** Unique for ever: a revoked key keeps its name, so that the audit log stays clear. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The source of events that name none. Fixed: a rotation does not change it. */
  readonly source: string;
  /** Only this customer's data; null: everybody's. */
  readonly customerId: string | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
  /** The oldest first. */
  readonly secrets: readonly KeySecret[];
}

/** What a write of a key is given of its circumstances. */
export interface KeyWrite {
  readonly nowMs: number;
  /** Whose key, or `local`. */
  readonly actor: string;
}

export function isUsable(key: ApiKey, secret: KeySecret, nowMs: number): boolean {
  return key.revokedAtMs === null && (secret.endsAtMs === null || nowMs < secret.endsAtMs);
}

/** The new secret works at once; the others go on for `overlapMs`, unless they end earlier anyway. Those that ended go. */
export function rotateKey(key: ApiKey, secret: KeySecret, nowMs: number, overlapMs: number): ApiKey {
  const endMs = nowMs + overlapMs;
  const older = key.secrets
    .map((one) => ({ ...one, endsAtMs: Math.min(one.endsAtMs ?? endMs, endMs) }))
    .filter((one) => one.endsAtMs > nowMs);
  return { ...key, secrets: [...older, secret] };
}

/** For good. A key that was revoked stays as it is. */
export function revokeKey(key: ApiKey, { nowMs, actor }: KeyWrite): ApiKey {
  return key.revokedAtMs === null ? { ...key, revokedAtMs: nowMs, revokedBy: actor } : key;
}
