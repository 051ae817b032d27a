/**
 * The record store over any database that Kysely speaks to: it only joins the port's verbs to their statements, and each
 * write to its audit entry, in one transaction.
 * Opening a database, and bringing its schema up to date, is done before (sqlite/open-sqlite-records.ts).
 */
import type { Kysely } from 'kysely';
import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { RecordStore } from '../record-store.ts';
import { makeSqlKeyStore } from './api-keys.ts';
import { insertAuditEntries, insertMissingAuditEntries, selectAuditPage } from './audit.ts';
import {
  insertCustomerVersion,
  selectAllCustomerVersions,
  selectCustomer,
  selectCustomerPage,
} from './customers.ts';
import { selectLastSequence, selectSequenceAt } from './last-sequence.ts';
import { insertMeter, selectAllMeters } from './meters.ts';
import { insertPrice, selectAllPrices, selectPrice, selectPricePage } from './prices.ts';
import type { RecordTables } from './schema.ts';
import {
  insertServiceVersion,
  selectAllServiceVersions,
  selectService,
  selectServicePage,
} from './services.ts';
import { insertSettings, selectAllSettings } from './settings.ts';
import {
  insertStatements,
  selectAllCloses,
  selectStatement,
  selectStatementHashes,
  selectStatementPage,
  selectStatementsOf,
} from './statements.ts';

type Insert<Version> = (db: Kysely<RecordTables>, version: Version) => Promise<void>;

export function makeSqlRecordStore(db: Kysely<RecordTables>): RecordStore {
  const audited =
    <Version>(insert: Insert<Version>) =>
    (version: Version, audit: AuditEntry) =>
      db.transaction().execute(async (transaction) => {
        await insert(transaction, version);
        await insertAuditEntries(transaction, [audit]);
      });
  return {
    addCustomerVersion: audited(insertCustomerVersion),
    addServiceVersion: audited(insertServiceVersion),
    addMeter: audited(insertMeter),
    addPrice: audited(insertPrice),
    addSettingsVersion: audited(insertSettings),
    addStatements: (group) =>
      db.transaction().execute(async (transaction) => {
        const statements = group.map(({ statement }) => statement);
        await insertStatements(transaction, statements);
        await insertAuditEntries(
          transaction,
          group.map(({ audit }) => audit),
        );
      }),
    addAuditEntries: (entries) => insertMissingAuditEntries(db, entries),
    findCustomer: (id) => selectCustomer(db, id),
    findService: (id) => selectService(db, id),
    findPrice: (id) => selectPrice(db, id),
    findStatement: (id) => selectStatement(db, id),
    listCustomers: (page) => selectCustomerPage(db, page),
    listServices: (page) => selectServicePage(db, page),
    listPrices: (page) => selectPricePage(db, page),
    listStatements: (page) => selectStatementPage(db, page),
    statementsOf: (customerIds) => selectStatementsOf(db, customerIds),
    findStatementHashes: (ids) => selectStatementHashes(db, ids),
    listAudit: (page) => selectAuditPage(db, page),
    allCustomerVersions: () => selectAllCustomerVersions(db),
    allServiceVersions: () => selectAllServiceVersions(db),
    allMeters: () => selectAllMeters(db),
    allPrices: () => selectAllPrices(db),
    apiKeys: makeSqlKeyStore(db),
    allSettingsVersions: () => selectAllSettings(db),
    allCloses: () => selectAllCloses(db),
    lastSequence: () => selectLastSequence(db),
    sequenceAt: (timeMs) => selectSequenceAt(db, timeMs),
    close: () => db.destroy(),
  };
}
