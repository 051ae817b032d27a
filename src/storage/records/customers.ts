/** The statements about customers. They keep and find versions; which version to write is the caller's work. */
import type { Kysely } from 'kysely';
import type { Customer } from '../../domain/records/customer.ts';
import type { RecordPage } from '../record-store.ts';
import { customerToRow, rowToCustomer } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertCustomerVersion(db: Kysely<RecordTables>, version: Customer): Promise<void> {
  await db.insertInto('customer_versions').values(customerToRow(version)).execute();
}

export async function selectCustomer(db: Kysely<RecordTables>, id: string): Promise<Customer | null> {
  const row = await latestOfCustomer(db, id).executeTakeFirst();
  return row === undefined ? null : rowToCustomer(row);
}

export async function selectCustomerPage(db: Kysely<RecordTables>, page: RecordPage): Promise<Customer[]> {
  let query = latestCustomers(db).where('version.archived', '=', 0).limit(page.limit);
  if (page.after !== null) query = query.where('version.id', '>', page.after);
  return (await query.execute()).map(rowToCustomer);
}

export async function selectAllCustomerVersions(db: Kysely<RecordTables>): Promise<Customer[]> {
  const rows = await db.selectFrom('customer_versions').selectAll().orderBy('sequence').execute();
  return rows.map(rowToCustomer);
}

export function latestOfCustomer(db: Kysely<RecordTables>, id: string) {
  return db
    .selectFrom('customer_versions')
    .selectAll()
    .where('id', '=', id)
    .orderBy('sequence', 'desc')
    .limit(1);
}

/** Walks the primary key once; whether a version is the latest is one look at its neighbours in the same key. */
export function latestCustomers(db: Kysely<RecordTables>) {
  return db
    .selectFrom('customer_versions as version')
    .selectAll('version')
    .where(({ not, exists, selectFrom, lit }) =>
      not(
        exists(
          selectFrom('customer_versions as later')
            .select(lit(1).as('one'))
            .whereRef('later.id', '=', 'version.id')
            .whereRef('later.sequence', '>', 'version.sequence'),
        ),
      ),
    )
    .orderBy('version.id');
}
