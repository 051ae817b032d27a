/**
 * All API keys in memory, because every request asks for one. Filled from the record store at start; a change enters
 * here once it is durable, and from that moment on it holds: a revoked key opens nothing more.
 */
import { type ApiKey, isUsable, type KeySecret } from '../domain/keys/api-key.ts';
import { hashOfKey, isKeyText, isSameHash, prefixOfKey } from '../domain/keys/key-text.ts';
import type { KeyStore } from '../storage/key-store.ts';

export interface KeyRing {
  /** The key that this text is a secret of, if it opens anything at that moment; else null. */
  find(text: string, nowMs: number): ApiKey | null;
  named(name: string): ApiKey | undefined;
  /** By name in the order of its code points, revoked ones too. */
  all(): ApiKey[];
  hasUsable(nowMs: number): boolean;
  keep(key: ApiKey): void;
}

export async function loadKeyRing(keyStore: Pick<KeyStore, 'allKeys'>): Promise<KeyRing> {
  return makeKeyRing(await keyStore.allKeys());
}

interface Entry {
  readonly key: ApiKey;
  readonly secret: KeySecret;
}

/** Nobody has its text: what is unknown is compared with it, so that it takes as long as what is known. */
const nobody = hashOfKey('');

function makeKeyRing(stored: readonly ApiKey[]): KeyRing {
  const keys = new Map(stored.map((key) => [key.name, key]));
  /** Found by the part that may be shown, then compared by hash, in a time that says nothing about the hash. */
  let entries = byPrefix(keys.values());
  return {
    find(text, nowMs) {
      if (!isKeyText(text)) return null;
      const hash = hashOfKey(text);
      let found: ApiKey | null = null;
      for (const entry of entries.get(prefixOfKey(text)) ?? [null]) {
        if (isSameHash(hash, entry?.secret.hash ?? nobody) && entry !== null) {
          if (isUsable(entry.key, entry.secret, nowMs)) found = entry.key;
        }
      }
      return found;
    },
    named: (name) => keys.get(name),
    all: () => [...keys.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    hasUsable: (nowMs) =>
      [...keys.values()].some((key) => key.secrets.some((secret) => isUsable(key, secret, nowMs))),
    keep(key) {
      keys.set(key.name, key);
      entries = byPrefix(keys.values());
    },
  };
}

function byPrefix(keys: Iterable<ApiKey>): Map<string, Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const key of keys) {
    for (const secret of key.secrets) {
      const same = entries.get(secret.prefix);
      if (same) same.push({ key, secret });
      else entries.set(secret.prefix, [{ key, secret }]);
    }
  }
  return entries;
}
