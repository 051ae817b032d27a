/**
 * The tables of the record store as Kysely sees them: one interface a table, columns in snake_case.
 * Types only: the statements that make the tables are in migrations/, the meaning of a row in mapping.ts.
 */

/** Columns of every versioned record. The version with the greatest `sequence` of an `id` is the latest. */
export interface VersionColumns {
  id: string;
  sequence: number;
  /** 0 or 1: SQLite has no booleans. */
  archived: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface CustomerRow extends VersionColumns {
  name: string;
  time_zone: string;
  currency: string;
  /** A JSON object of strings. */
  tags: string;
  /** null: the instance's. */
  late_policy: string | null;
}

export interface ServiceRow extends VersionColumns {
  name: string;
  unit: string;
  allow_negative: number;
}

export interface MeterRow {
  id: string;
  sequence: number;
  /** The whole meter as JSON. */
  definition: string;
}

export interface PriceRow {
  id: string;
  sequence: number;
  meter: string;
  service: string;
  customer_id: string | null;
  /** The whole price as JSON; its decimals are text there: a database number would round them. */
  definition: string;
}

export interface SettingsRow {
  sequence: number;
  late_policy: string;
  rounding: string;
  created_at_ms: number;
}

export interface ApiKeyRow {
  name: string;
  /** A JSON array of texts. */
  scopes: string;
  source: string;
  customer_id: string | null;
  created_at_ms: number;
  created_by: string;
  revoked_at_ms: number | null;
  revoked_by: string | null;
}

export interface ApiKeySecretRow {
  hash: string;
  key_name: string;
  prefix: string;
  /** Its place in the key's list. */
  place: number;
  created_at_ms: number;
  created_by: string;
  ends_at_ms: number | null;
}

export interface StatementRow {
  id: string;
  sequence: number;
  customer_id: string;
  period: string;
  from_ms: number;
  to_ms: number;
  currency: string;
  total: string;
  watermark: number;
  digest: string;
  hash: string;
  previous_hash: string | null;
  closed_at_ms: number;
  canonical: string;
}

export interface AuditRow {
  sequence: number;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  subject_id: string;
  /** JSON objects. */
  before: string | null;
  after: string;
}

/** Which migrations this database has had. */
export interface MigrationRow {
  number: number;
  name: string;
  checksum: string;
}

export interface RecordTables {
  customer_versions: CustomerRow;
  service_versions: ServiceRow;
  prices: PriceRow;
  api_keys: ApiKeyRow;
  api_key_secrets: ApiKeySecretRow;
  meters: MeterRow;
  price_versions: PriceRow;
  settings_versions: SettingsRow;
  statements: StatementRow;
  audit_entries: AuditRow;
  schema_migrations: MigrationRow;
}
