/**
 * The port to API keys: all of them are read at start, each change replaces one key whole. It never sees a secret, only
 * hashes, and decides nothing. The audit entry of a write is part of its transaction: both or neither.
 */
import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { ApiKey } from '../domain/keys/api-key.ts';

export interface KeyStore {
  /** Rejects when the name is taken; resolves when it is durable. */
  addKey(key: ApiKey, audit: AuditEntry): Promise<void>;
  /** Puts the key of this name in the place of the stored one, its secrets too; rejects when there is none. */
  changeKey(key: ApiKey, audit: AuditEntry): Promise<void>;
  /** Revoked ones too, by name in bytewise order. */
  allKeys(): Promise<ApiKey[]>;
}
