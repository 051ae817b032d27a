/** The statements about prices. A price is written once; which one is in force is the domain's question. */
import type { Kysely } from 'kysely';
import type { Price } from '../../domain/pricing/price.ts';
import type { PricePage } from '../record-store.ts';
import { priceToRow, rowToPrice } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertPrice(db: Kysely<RecordTables>, price: Price): Promise<void> {
  await db.insertInto('price_versions').values(priceToRow(price)).execute();
}

export async function selectPrice(db: Kysely<RecordTables>, id: string): Promise<Price | null> {
  const row = await db.selectFrom('price_versions').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : rowToPrice(row);
}

export async function selectPricePage(db: Kysely<RecordTables>, page: PricePage): Promise<Price[]> {
  return (await pricePage(db, page).execute()).map(rowToPrice);
}

export async function selectAllPrices(db: Kysely<RecordTables>): Promise<Price[]> {
  return (await db.selectFrom('price_versions').selectAll().orderBy('sequence').execute()).map(rowToPrice);
}

export function pricePage(db: Kysely<RecordTables>, page: PricePage) {
  let query = db.selectFrom('price_versions').selectAll().orderBy('id').limit(page.limit);
  if (page.after !== null) query = query.where('id', '>', page.after);
  if (page.meter !== undefined) query = query.where('meter', '=', page.meter);
  if (page.service !== undefined) query = query.where('service', '=', page.service);
  if (page.customerId !== undefined) query = query.where('customer_id', '=', page.customerId);
  return query;
}
