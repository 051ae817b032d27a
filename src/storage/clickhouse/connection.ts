/**
 * What the usage store needs of a ClickHouse engine, in this process or on a server. A connection carries
 * statements and blocks and enforces limits; it knows no table and does not retry a query.
 */

/** What a `{name:Type}` placeholder may stand for; literals.ts says which type takes which. */
export type ParameterValue = string | number | bigint | readonly ParameterValue[];

export interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** Engine settings this statement asks for, beside the limits. */
  readonly settings?: Readonly<Record<string, number>>;
}

/** Identity look-ups stand in ingest's way, so they never queue behind questions, and neither behind what can wait. */
export type Lane = 'lookup' | 'query' | 'background';

export interface QueryLimits {
  readonly executionMsMax: number;
  readonly memoryBytesMax: number;
}

export interface QueryOptions {
  readonly lane: Lane;
  readonly limits: QueryLimits;
}

export interface InsertBlock {
  readonly table: string;
  readonly columns: readonly string[];
  /** Whole rows in ClickHouse's TabSeparated format. Not to be changed until the insert settles. */
  readonly tsv: Buffer;
}

export interface Connection {
  /** Rows as arrays of column values, in the statement's order. */
  query<Row extends readonly unknown[]>(statement: Statement, options: QueryOptions): Promise<Row[]>;
  /** What `read` makes of each row: for large answers, of which the engine's own rows are never all there at once. */
  queryInto<Row extends readonly unknown[], Read>(
    statement: Statement,
    options: QueryOptions,
    read: (row: Row) => Read,
  ): Promise<Read[]>;
  /** The answer in a binary format of the engine's: RowBinary for answers too large to be text, Parquet for others to read. */
  queryBytes(
    statement: Statement,
    options: QueryOptions,
    format?: 'RowBinary' | 'Parquet',
  ): Promise<Uint8Array>;
  /**
   * Resolves when the block is on disk. When it rejects, nothing of it is still under way; `BlockRefused` says that a row
   * cannot be read.
   */
  insert(block: InsertBlock): Promise<void>;
  /** A statement without an answer, such as CREATE TABLE. */
  command(sql: string): Promise<void>;
  /** Refuses new work, waits for what runs, then lets go of the engine. */
  close(): Promise<void>;
}
