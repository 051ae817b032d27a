/** Records as the contract writes them, each with the audit entry of its write. It tests nothing. */
import { auditEntryOf } from '../../../domain/audit/audited-write.ts';
import type { Meter } from '../../../domain/meters/meter.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import type { Customer } from '../../../domain/records/customer.ts';
import type { Service } from '../../../domain/records/service.ts';
import type { RecordStore, StatementWrite, StoredStatement } from '../../record-store.ts';

/** A place where one database lives: `open` may be called again after the store was closed. */
export interface RecordPlace {
  open(): Promise<RecordStore>;
  remove(): Promise<void>;
}

const createdAtMs = 1_764_000_000_000;

export function customerOf(id: string, sequence: number, more: Partial<Customer> = {}): Customer {
  return {
    ...{ id, name: `Name of ${id}`, timeZone: 'Europe/Paris', currency: 'EUR', tags: {}, latePolicy: null },
    ...{ archived: false, sequence, createdAtMs, updatedAtMs: createdAtMs + (sequence % 1_000_000) },
    ...more,
  };
}

export function serviceOf(id: string, sequence: number, more: Partial<Service> = {}): Service {
  const { name, archived, updatedAtMs } = customerOf(id, sequence);
  return {
    ...{ id, name, unit: 'call', allowNegative: false, archived, sequence, createdAtMs, updatedAtMs },
    ...more,
  };
}

export function meterOf(id: string, sequence: number, more: Partial<Meter> = {}): Meter {
  return {
    ...{ id, name: `Name of ${id}`, service: 'APIRequests', aggregation: 'sum', value: 'quantity' },
    ...{ filter: null, dimensions: [], seriesBy: [], per: null, sequence, createdAtMs },
    ...more,
  };
}

export function priceOf(id: string, sequence: number, more: Partial<Price> = {}): Price {
  return {
    ...{ id, meter: 'APIRequests', service: 'APIRequests', currency: 'USD', model: 'per_unit' },
    ...{ definition: { unitAmount: '0.02' }, customerId: null, effectiveFromMs: null },
    ...{ appliesToClosed: false, sequence, createdAtMs },
    ...more,
  };
}

/** October 2026 unless it is told otherwise; its watermark is just below its sequence. */
export function statementOf(
  customerId: string,
  sequence: number,
  more: Partial<StoredStatement> = {},
): StoredStatement {
  const period = more.period ?? '2026-10';
  const [year, month] = period.split('-').map((part) => Number.parseInt(part, 10)) as [number, number];
  const [fromMs, toMs] = [Date.UTC(year, month - 1), Date.UTC(year, month)];
  const id = `${customerId}:${period}`;
  return {
    ...{ id, customerId, period, fromMs, toMs, watermark: sequence - 1, sequence, currency: 'USD' },
    ...{ total: '20.00', digest: 'd'.repeat(64), hash: 'a'.repeat(64), previousHash: null },
    ...{ closedAtMs: createdAtMs + sequence, canonical: JSON.stringify({ id, lines: [] }) },
    ...more,
  };
}

export function writeOf(statement: StoredStatement): StatementWrite {
  const { id, sequence, hash, closedAtMs } = statement;
  const audit = auditEntryOf({
    ...{ actor: 'local', action: 'close', subject: 'statement', subjectId: id, atMs: closedAtMs },
    ...{ before: null, after: { id, hash, sequence } },
  });
  return { statement, audit };
}

function auditOf(
  subject: 'customer' | 'service' | 'meter' | 'price',
  record: { readonly id: string; readonly sequence: number },
) {
  const atMs = createdAtMs + (record.sequence % 1_000_000);
  const what = { actor: 'local', action: 'create', subject, subjectId: record.id, atMs } as const;
  return auditEntryOf({ ...what, before: null, after: record });
}

export function addCustomer(store: RecordStore, version: Customer): Promise<void> {
  return store.addCustomerVersion(version, auditOf('customer', version));
}

export function addService(store: RecordStore, version: Service): Promise<void> {
  return store.addServiceVersion(version, auditOf('service', version));
}

export function addMeter(store: RecordStore, meter: Meter): Promise<void> {
  return store.addMeter(meter, auditOf('meter', meter));
}

export function addPrice(store: RecordStore, price: Price): Promise<void> {
  return store.addPrice(price, auditOf('price', price));
}
