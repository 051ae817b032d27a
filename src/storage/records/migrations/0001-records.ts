/**
 * The first tables: versions of customers and services, and prices.
 * A migration that has been released is never edited (its checksum is kept): a change is the next number.
 *
 * `(id, sequence)` as the primary key of a table without rowids keeps a record's versions side by side in the
 * order of the id's bytes (BINARY), so the latest look-up and a keyset page each walk one index and no table.
 */
import type { Migration } from './migration.ts';

export const recordsMigration: Migration = {
  number: 1,
  name: 'records',
  sqlite: [
    `CREATE TABLE customer_versions (
      id TEXT NOT NULL COLLATE BINARY,
      sequence INTEGER NOT NULL UNIQUE,
      name TEXT NOT NULL,
      time_zone TEXT NOT NULL,
      currency TEXT NOT NULL,
      tags TEXT NOT NULL,
      archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      PRIMARY KEY (id, sequence)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE service_versions (
      id TEXT NOT NULL COLLATE BINARY,
      sequence INTEGER NOT NULL UNIQUE,
      name TEXT NOT NULL,
      unit TEXT NOT NULL,
      allow_negative INTEGER NOT NULL CHECK (allow_negative IN (0, 1)),
      archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      PRIMARY KEY (id, sequence)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE prices (
      id TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,
      meter TEXT NOT NULL COLLATE BINARY,
      service TEXT NOT NULL COLLATE BINARY,
      currency TEXT NOT NULL,
      model TEXT NOT NULL,
      unit_amount TEXT NOT NULL,
      customer_id TEXT COLLATE BINARY,
      effective_from_ms INTEGER,
      created_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX prices_by_meter ON prices (meter, id)',
    'CREATE INDEX prices_by_customer ON prices (customer_id, id)',
  ],
};
