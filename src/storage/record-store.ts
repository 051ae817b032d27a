/**
 * The port to records: customers, services, meters, prices, settings, closed statements, and the audit log. Each write is
 * a new version, none is changed in place, and its audit entry is part of the same transaction: both or neither.
 * It knows nothing of usage, and it does not decide rules: callers compute the version, it keeps it.
 */
import type { AuditAction, AuditEntry, AuditSubject } from '../domain/audit/audit-entry.ts';
import type { Meter } from '../domain/meters/meter.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { InstanceSettings } from '../domain/records/instance-settings.ts';
import type { Service } from '../domain/records/service.ts';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import type { KeyStore } from './key-store.ts';

/** A keyset page over ids in bytewise order. */
export interface RecordPage {
  /** The last id of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

export interface PricePage extends RecordPage {
  readonly meter?: string;
  readonly service?: string;
  readonly customerId?: string;
}

export interface StatementPage extends RecordPage {
  readonly customerId?: string;
  readonly period?: string;
}

/** A page of the audit log, newest first. */
export interface AuditPage {
  /** The sequence of the last entry of the page before; null for the first page. */
  readonly before: number | null;
  readonly limit: number;
  readonly actor?: string;
  readonly action?: AuditAction;
  readonly subject?: AuditSubject;
  readonly subjectId?: string;
  /** Inclusive. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
}

/** A closed statement as it is kept: the bytes that were hashed, and what lists and the chain ask for without them. */
export interface StoredStatement extends CloseStamp {
  /** `customer:period`. */
  readonly id: string;
  readonly currency: string;
  /** Rounded money with the currency's minor digits. */
  readonly total: string;
  readonly digest: string;
  readonly hash: string;
  /** null: the first of its chain. */
  readonly previousHash: string | null;
  readonly closedAtMs: number;
  /** The RFC 8785 text whose SHA-256 is `hash`. */
  readonly canonical: string;
}

export interface StatementWrite {
  readonly statement: StoredStatement;
  readonly audit: AuditEntry;
}

export interface RecordStore {
  /** Adds a version (its `sequence` is new); resolves when it and its audit entry are durable. */
  addCustomerVersion(version: Customer, audit: AuditEntry): Promise<void>;
  addServiceVersion(version: Service, audit: AuditEntry): Promise<void>;
  /** Adds a meter; rejects when its id is taken. */
  addMeter(meter: Meter, audit: AuditEntry): Promise<void>;
  /** Adds a price; rejects when its id is taken. */
  addPrice(price: Price, audit: AuditEntry): Promise<void>;
  addSettingsVersion(version: InstanceSettings, audit: AuditEntry): Promise<void>;
  /** Adds closed statements in one transaction, all or none; rejects when one of their ids is taken. */
  addStatements(group: readonly StatementWrite[]): Promise<void>;
  /** Adds audit entries of writes that are durable elsewhere; those that are kept already are left as they are. */
  addAuditEntries(entries: readonly AuditEntry[]): Promise<void>;

  /** The latest version, archived or not; null when there never was one. */
  findCustomer(id: string): Promise<Customer | null>;
  findService(id: string): Promise<Service | null>;
  findPrice(id: string): Promise<Price | null>;
  findStatement(id: string): Promise<StoredStatement | null>;

  /** Latest versions, archived ones left out. */
  listCustomers(page: RecordPage): Promise<Customer[]>;
  listServices(page: RecordPage): Promise<Service[]>;
  /** All price versions, superseded ones too. */
  listPrices(page: PricePage): Promise<Price[]>;
  listStatements(page: StatementPage): Promise<StoredStatement[]>;
  /** Every statement of these customers, by customer in bytewise order, then by time. */
  statementsOf(customerIds: readonly string[]): Promise<StoredStatement[]>;
  /** The hashes of those that exist, in no order: what the next ones in their chains name. */
  findStatementHashes(ids: readonly string[]): Promise<Pick<StoredStatement, 'id' | 'customerId' | 'hash'>[]>;
  listAudit(page: AuditPage): Promise<AuditEntry[]>;

  /** Every version in the order of their sequences: what ingest and pricing keep in memory. */
  allCustomerVersions(): Promise<Customer[]>;
  allServiceVersions(): Promise<Service[]>;
  /** Those that were made; a service's default meter is not kept. */
  allMeters(): Promise<Meter[]>;
  allPrices(): Promise<Price[]>;
  allSettingsVersions(): Promise<InstanceSettings[]>;
  allCloses(): Promise<CloseStamp[]>;

  /** In the same database, but no records: they have no versions; their audit entries have sequences. */
  readonly apiKeys: KeyStore;

  /** The greatest sequence of any version or audit entry; 0 when there is none. */
  lastSequence(): Promise<number>;
  /** The greatest sequence of what was written by then; 0 when there is nothing. */
  sequenceAt(timeMs: number): Promise<number>;
  close(): Promise<void>;
}
