/**
 * The port to API keys: all of them are read at start, each change replaces one key whole. It never sees a secret, only
 * hashes, and decides nothing.
 */
import type { ApiKey } from '../domain/keys/api-key.ts';

export interface KeyStore {
  /** Rejects when the name is taken; resolves when it is durable. */
  addKey(key: ApiKey): Promise<void>;
  /** Puts the key of this name in the place of the stored one, its secrets too; rejects when there is none. */
  changeKey(key: ApiKey): Promise<void>;
  /** Revoked ones too, by name in bytewise order. */
  allKeys(): Promise<ApiKey[]>;
}
