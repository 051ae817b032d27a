/**
 * What money needs: meters, prices of every model, closed statements, the instance's settings, the audit log.
 *
 * A price and a meter are kept whole as JSON text beside the columns that lists and the chain of versions ask for:
 * they are written once and read whole, and their decimals are text in any case. Prices of the first migration, all of
 * model per_unit, are carried over. What may never change is guarded by triggers: a mistake of ours fails loudly.
 */
import type { Migration } from './migration.ts';

const unchangeable = (table: string): string[] =>
  ['UPDATE', 'DELETE'].map(
    (verb) => `CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`,
  );

export const moneyMigration: Migration = {
  number: 2,
  name: 'money',
  sqlite: [
    `ALTER TABLE customer_versions ADD COLUMN late_policy TEXT CHECK (late_policy IN ('next', 'ignore'))`,
    `CREATE TABLE meters (
      id TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,
      definition TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE price_versions (
      id TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,
      meter TEXT NOT NULL COLLATE BINARY,
      service TEXT NOT NULL COLLATE BINARY,
      customer_id TEXT COLLATE BINARY,
      definition TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO price_versions (id, sequence, meter, service, customer_id, definition)
      SELECT id, sequence, meter, service, customer_id, json_object(
        'id', id, 'meter', meter, 'service', service, 'currency', currency, 'model', model,
        'definition', json_object('unitAmount', unit_amount), 'customerId', customer_id,
        'effectiveFromMs', effective_from_ms, 'appliesToClosed', json('false'),
        'sequence', sequence, 'createdAtMs', created_at_ms)
      FROM prices`,
    'DROP TABLE prices',
    'CREATE INDEX price_versions_by_meter ON price_versions (meter, id)',
    'CREATE INDEX price_versions_by_service ON price_versions (service, id)',
    'CREATE INDEX price_versions_by_customer ON price_versions (customer_id, id)',
    `CREATE TABLE settings_versions (
      sequence INTEGER NOT NULL PRIMARY KEY,
      late_policy TEXT NOT NULL CHECK (late_policy IN ('next', 'ignore')),
      rounding TEXT NOT NULL CHECK (rounding IN ('half_away_from_zero', 'half_even')),
      created_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE statements (
      id TEXT NOT NULL COLLATE BINARY UNIQUE,
      sequence INTEGER NOT NULL UNIQUE,
      customer_id TEXT NOT NULL COLLATE BINARY,
      period TEXT NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL CHECK (to_ms > from_ms),
      currency TEXT NOT NULL,
      total TEXT NOT NULL,
      watermark INTEGER NOT NULL CHECK (watermark < sequence),
      digest TEXT NOT NULL,
      hash TEXT NOT NULL,
      previous_hash TEXT,
      closed_at_ms INTEGER NOT NULL,
      canonical TEXT NOT NULL
    ) STRICT`,
    // Covers what the catalog reads of every close at start.
    `CREATE INDEX statements_by_customer
      ON statements (customer_id, from_ms, to_ms, period, watermark, sequence)`,
    'CREATE INDEX statements_by_period ON statements (period, id)',
    `CREATE TABLE audit_entries (
      sequence INTEGER NOT NULL PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL COLLATE BINARY,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      subject_id TEXT NOT NULL COLLATE BINARY,
      before TEXT,
      after TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX audit_entries_by_subject ON audit_entries (subject, subject_id, sequence)',
    'CREATE INDEX audit_entries_by_actor ON audit_entries (actor, sequence)',
    ...['customer_versions', 'service_versions', 'meters', 'price_versions'].flatMap(unchangeable),
    ...['settings_versions', 'statements', 'audit_entries'].flatMap(unchangeable),
  ],
};
