/**
 * The table of corrections: small beside the events. It is read by the sequences of the events that it corrects, and by the
 * correction's own id. Rows may stand in it twice (a write that is tried again): readers take the last by sequence.
 */
export const correctionsTable = 'usage_corrections';

/** Columns that come from an event have its names and types, so that both can stand in one UNION. */
export const correctionTypes = {
  correction_id: 'String',
  action: 'LowCardinality(String)',
  reason: 'String',
  actor: 'LowCardinality(String)',
  source: 'LowCardinality(String)',
  id: 'String',
  event_sequence: 'UInt64',
  fingerprint: 'UInt64',
  traceparent: 'String',
  received_at: "DateTime64(3, 'UTC')",
  original_customer_id: 'String',
  original_service: 'LowCardinality(String)',
  original_time: "DateTime64(3, 'UTC')",
  time: "DateTime64(3, 'UTC')",
  customer_id: 'String',
  service: 'LowCardinality(String)',
  quantity: 'Decimal(38, 12)',
  amount: 'Nullable(Decimal(38, 12))',
  properties: 'Map(LowCardinality(String), String)',
  correction_sequence: 'UInt64',
  corrected_at: "DateTime64(3, 'UTC')",
} as const;

/** As `name Type, …`. */
export const correctionStructure = Object.entries(correctionTypes)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/** Durable like the events' table (schema.ts), and for the same reasons. */
export function createCorrectionsTable(settings: string): string {
  return `CREATE TABLE IF NOT EXISTS ${correctionsTable} (
  ${correctionStructure}
) ENGINE = MergeTree ORDER BY (source, id, correction_sequence)
SETTINGS ${settings}`;
}
