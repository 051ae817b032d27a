/**
 * The table of stored usage and that of its corrections: made when missing, checked when there. It never alters a table.
 */
import type { Connection, QueryOptions } from './connection.ts';
import { correctionsTable, correctionTypes, createCorrectionsTable } from './corrections-schema.ts';

export const usageTable = 'usage_events';

/** What the key of an identity is, over columns or values named source and id. */
export const keyExpression = 'toUInt32(sipHash64(source, id))';

/** In the order in which usage-rows/encode-rows.ts writes them. */
export const insertedColumns = [
  'source',
  'id',
  'time',
  'customer_id',
  'service',
  'quantity',
  'amount',
  'properties',
  'traceparent',
  'fingerprint',
  'sequence',
  'received_at',
] as const;

/**
 * Without a codec of its own a column has the table's, ZSTD; so have the projection's columns, which know no other
 * (column codecs do not reach into a projection). Of numbers that lie in a range and in no order T64 keeps the bits of the range:
 * over 13 months 2.5 bytes an event less than differences of neighbours.
 */
const columns: readonly (readonly [name: string, type: string, rest: string])[] = [
  ['customer_id', 'String', ''],
  ['service', 'LowCardinality(String)', ''],
  ['time', "DateTime64(3, 'UTC')", 'CODEC(T64, ZSTD(1))'],
  ['source', 'LowCardinality(String)', ''],
  ['id', 'String', ''],
  ['quantity', 'Decimal(38, 12)', ''],
  ['amount', 'Nullable(Decimal(38, 12))', ''],
  // The value is the property as JSON text, so that 1, "1" and true stay different.
  ['properties', 'Map(LowCardinality(String), String)', ''],
  ['traceparent', 'String', ''],
  ['fingerprint', 'UInt64', ''],
  ['sequence', 'UInt64', 'CODEC(T64, ZSTD(1))'],
  ['received_at', "DateTime64(3, 'UTC')", 'CODEC(T64, ZSTD(1))'],
  // Says where to look, never what is found there: identities are compared byte for byte (decision 8).
  ['key', 'UInt32', `MATERIALIZED ${keyExpression}`],
];

/**
 * The last three durability settings matter as much as the first two: without them a merged part is not synced
 * while its synced sources are removed at once, and a power cut would lose acknowledged events.
 */
const settings: Readonly<Record<string, number | string>> = {
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  min_rows_to_fsync_after_merge: 1,
  min_compressed_bytes_to_fsync_after_merge: 1,
  old_parts_lifetime: 480,
  default_compression_codec: "'ZSTD(1)'",
  // One customer's month is a granule or two of each service: of 8,192 rows a draft read twice as long.
  index_granularity: 2048,
  // A look-up unpacks one block for each identity it finds; at the default of 65,536 it takes a third more CPU.
  min_compress_block_size: 16384,
};

/**
 * Answers "is this identity stored, and with which content?" without touching the table, and says where in the table's
 * order the row lies. Small granules, because the keys asked for are scattered evenly over the whole order.
 */
const keyProjection = `PROJECTION by_key (
    SELECT key, source, id, fingerprint, customer_id, time ORDER BY key
  ) WITH SETTINGS (index_granularity = 256)`;

/**
 * By service first: a question about one meter over all customers reads that meter alone (decision 12). One customer's rows lie
 * together in each service.
 */
const sortingKey = 'service, customer_id, time';

/**
 * What came late for closed periods is asked for by sequence, and the months of long ago hold nothing younger than their close:
 * their granules are not looked at. Two numbers for 8,192 rows.
 */
const sequenceIndex = 'INDEX by_sequence sequence TYPE minmax GRANULARITY 4';

/** The projection as a table of its own: sql/find-seen.ts says why. */
export const keyProjectionSource = `mergeTreeProjection(currentDatabase(), '${usageTable}', 'by_key')`;

export interface TableOptions {
  readonly table: string;
  /** False only to measure what the projection costs. */
  readonly withKeyProjection: boolean;
}

export function createTable(options: TableOptions): string {
  const lines = columns.map(([name, type, rest]) => `${name} ${type} ${rest}`.trimEnd());
  lines.push(sequenceIndex);
  if (options.withKeyProjection) lines.push(keyProjection);
  return `CREATE TABLE IF NOT EXISTS ${options.table} (
  ${lines.join(',\n  ')}
) ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (${sortingKey})
SETTINGS ${settingList}`;
}

const settingList = Object.entries(settings)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ');

/** Makes the table if there is none. Throws when the one that is there is not the one this program writes. */
export async function ensureSchema(connection: Connection, options: QueryOptions): Promise<void> {
  await connection.command(createTable({ table: usageTable, withKeyProjection: true }));
  await connection.command(createCorrectionsTable(settingList));
  const found = await connection.query<[name: string, type: string]>(describeColumns(usageTable), options);
  const differences = columnDifferences(found, columns);
  const corrections = await connection.query<[name: string, type: string]>(
    describeColumns(correctionsTable),
    options,
  );
  differences.push(...columnDifferences(corrections, Object.entries(correctionTypes)));
  const [table] = await connection.query<[definition: string]>(describeTable, options);
  for (const [name, value] of Object.entries(settings)) {
    if (!table?.[0].includes(`${name} = ${value}`)) differences.push(`${name} is not ${value}`);
  }
  for (const part of ['PROJECTION by_key', 'INDEX by_sequence', `ORDER BY (${sortingKey})`]) {
    if (!table?.[0].includes(part)) differences.push(`${part} is missing`);
  }
  if (differences.length > 0) {
    throw new Error(`the table ${usageTable} is not the one this program writes: ${differences.join('; ')}`);
  }
}

function columnDifferences(
  found: readonly (readonly [name: string, type: string])[],
  expected: readonly (readonly [name: string, type: string, ...rest: unknown[]])[],
): string[] {
  const types = new Map(found);
  const wrong = expected.filter(([name, type]) => types.get(name) !== type);
  return wrong.map(([name, type]) => `${name} is ${types.get(name) ?? 'missing'}, not ${type}`);
}

const describeColumns = (table: string) => ({
  sql: `SELECT name, type FROM system.columns
WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
  params: { table },
});

const describeTable = {
  sql: `SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = {table:String}`,
  params: { table: usageTable },
};
