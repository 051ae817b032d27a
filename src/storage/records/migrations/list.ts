/** All migrations of the record store, in the order of their numbers. A new one is added at the end. */
import { recordsMigration } from './0001-records.ts';
import { moneyMigration } from './0002-money.ts';
import { apiKeysMigration } from './0003-api-keys.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [recordsMigration, moneyMigration, apiKeysMigration];
