/**
 * API keys and the hashes of their secrets. There is no column for a secret, and none for the time of last use: reading
 * a key must not write. Unlike records keys are changed in place: they are about access, and no answer depends on them.
 */
import type { Migration } from './migration.ts';

export const apiKeysMigration: Migration = {
  number: 3,
  name: 'api-keys',
  sqlite: [
    `CREATE TABLE api_keys (
      name TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
      scopes TEXT NOT NULL,
      source TEXT NOT NULL COLLATE BINARY,
      customer_id TEXT COLLATE BINARY,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      revoked_at_ms INTEGER,
      revoked_by TEXT
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE api_key_secrets (
      hash TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
      key_name TEXT NOT NULL COLLATE BINARY REFERENCES api_keys (name),
      prefix TEXT NOT NULL,
      place INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      ends_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX api_key_secrets_by_key ON api_key_secrets (key_name, place)',
  ],
};
