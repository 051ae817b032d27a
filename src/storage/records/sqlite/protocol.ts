/** The messages between the store and its worker thread. Types only. */

export interface SqliteRequest {
  /** Counts up; the answer carries it back. */
  readonly request: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type SqliteAnswer = SqliteRows | SqliteRefusal;

export interface SqliteRows {
  readonly request: number;
  readonly ok: true;
  readonly rows: unknown[];
  /** Rows inserted, updated or deleted. */
  readonly changes: number;
}

export interface SqliteRefusal {
  readonly request: number;
  readonly ok: false;
  readonly message: string;
  /** As SQLite names it: `SQLITE_CONSTRAINT_PRIMARYKEY`. */
  readonly code: string;
  readonly stack: string;
}
