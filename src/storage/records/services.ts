/** The statements about services. They keep and find versions; which version to write is the caller's work. */
import type { Kysely } from 'kysely';
import type { Service } from '../../domain/records/service.ts';
import type { RecordPage } from '../record-store.ts';
import { rowToService, serviceToRow } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertServiceVersion(db: Kysely<RecordTables>, version: Service): Promise<void> {
  await db.insertInto('service_versions').values(serviceToRow(version)).execute();
}

export async function selectService(db: Kysely<RecordTables>, id: string): Promise<Service | null> {
  const row = await latestOfService(db, id).executeTakeFirst();
  return row === undefined ? null : rowToService(row);
}

export async function selectServicePage(db: Kysely<RecordTables>, page: RecordPage): Promise<Service[]> {
  let query = latestServices(db).where('version.archived', '=', 0).limit(page.limit);
  if (page.after !== null) query = query.where('version.id', '>', page.after);
  return (await query.execute()).map(rowToService);
}

export async function selectAllServiceVersions(db: Kysely<RecordTables>): Promise<Service[]> {
  const rows = await db.selectFrom('service_versions').selectAll().orderBy('sequence').execute();
  return rows.map(rowToService);
}

export function latestOfService(db: Kysely<RecordTables>, id: string) {
  return db
    .selectFrom('service_versions')
    .selectAll()
    .where('id', '=', id)
    .orderBy('sequence', 'desc')
    .limit(1);
}

/** Walks the primary key once; whether a version is the latest is one look at its neighbours in the same key. */
export function latestServices(db: Kysely<RecordTables>) {
  return db
    .selectFrom('service_versions as version')
    .selectAll('version')
    .where(({ not, exists, selectFrom, lit }) =>
      not(
        exists(
          selectFrom('service_versions as later')
            .select(lit(1).as('one'))
            .whereRef('later.id', '=', 'version.id')
            .whereRef('later.sequence', '>', 'version.sequence'),
        ),
      ),
    )
    .orderBy('version.id');
}
