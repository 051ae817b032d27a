/** What a numbered migration is. How migrations are applied and checked is in ../migrate.ts. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly name: string;
  /** The statements for SQLite, in order. */
  readonly sqlite: readonly string[];
}
