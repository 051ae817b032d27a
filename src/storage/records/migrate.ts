/**
 * Brings a database to the newest schema: applies what is missing, checks what was applied, in one transaction.
 * It refuses a database that a newer program has changed, and one whose applied migrations differ from ours;
 * it never repairs and never goes back.
 */
import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Migration } from './migrations/migration.ts';
import type { MigrationRow, RecordTables } from './schema.ts';

/** The database's migrations are not those of this program. */
export class MigrationMismatch extends Error {
  override readonly name = 'MigrationMismatch';
}

export async function migrate(db: Kysely<RecordTables>, migrations: readonly Migration[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`CREATE TABLE IF NOT EXISTS schema_migrations
      (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`.execute(
      transaction,
    );
    const applied = await transaction.selectFrom('schema_migrations').selectAll().orderBy('number').execute();
    applied.forEach((row, index) => {
      assertOurs(row, migrations[index]);
    });
    for (const migration of migrations.slice(applied.length)) await apply(transaction, migration);
  });
}

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sqlite.join(';\n')).digest('hex');
}

function assertOurs(row: MigrationRow, ours: Migration | undefined): void {
  if (ours === undefined) {
    throw new MigrationMismatch(
      `the record store has migration ${row.number} (${row.name}), which this program does not know: ` +
        'a newer version of Countinghouse has used it; use that version or a newer one',
    );
  }
  if (row.number !== ours.number || row.name !== ours.name || row.checksum !== checksumOf(ours)) {
    throw new MigrationMismatch(
      `migration ${row.number} (${row.name}) of the record store differs from this program's ` +
        `${ours.number} (${ours.name}): it was made by another build; nothing was changed`,
    );
  }
}

async function apply(transaction: Transaction<RecordTables>, migration: Migration): Promise<void> {
  for (const statement of migration.sqlite) await sql.raw(statement).execute(transaction);
  await transaction
    .insertInto('schema_migrations')
    .values({ number: migration.number, name: migration.name, checksum: checksumOf(migration) })
    .execute();
}
