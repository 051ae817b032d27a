/**
 * Row <-> domain, both ways, for every table of records but statements (statements.ts).
 * It judges nothing: what the use cases gave is what comes back.
 */
import type { AuditEntry, AuditSnapshot } from '../../domain/audit/audit-entry.ts';
import type { Meter } from '../../domain/meters/meter.ts';
import type { Price } from '../../domain/pricing/price.ts';
import type { Customer } from '../../domain/records/customer.ts';
import type { InstanceSettings } from '../../domain/records/instance-settings.ts';
import type { Service } from '../../domain/records/service.ts';
import type { AuditRow, CustomerRow, MeterRow, PriceRow, ServiceRow, SettingsRow } from './schema.ts';

export function customerToRow(customer: Customer): CustomerRow {
  return {
    id: customer.id,
    sequence: customer.sequence,
    name: customer.name,
    time_zone: customer.timeZone,
    currency: customer.currency,
    tags: JSON.stringify(customer.tags),
    late_policy: customer.latePolicy,
    archived: customer.archived ? 1 : 0,
    created_at_ms: customer.createdAtMs,
    updated_at_ms: customer.updatedAtMs,
  };
}

export function rowToCustomer(row: CustomerRow): Customer {
  return {
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    tags: JSON.parse(row.tags) as Record<string, string>,
    latePolicy: row.late_policy as Customer['latePolicy'],
    archived: row.archived === 1,
    sequence: row.sequence,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export function serviceToRow(service: Service): ServiceRow {
  return {
    id: service.id,
    sequence: service.sequence,
    name: service.name,
    unit: service.unit,
    allow_negative: service.allowNegative ? 1 : 0,
    archived: service.archived ? 1 : 0,
    created_at_ms: service.createdAtMs,
    updated_at_ms: service.updatedAtMs,
  };
}

export function rowToService(row: ServiceRow): Service {
  return {
    id: row.id,
    name: row.name,
    unit: row.unit,
    allowNegative: row.allow_negative === 1,
    archived: row.archived === 1,
    sequence: row.sequence,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export function meterToRow(meter: Meter): MeterRow {
  const { id, sequence } = meter;
  return { id, sequence, definition: JSON.stringify(meter) };
}

export function rowToMeter({ definition }: Pick<MeterRow, 'definition'>): Meter {
  return JSON.parse(definition) as Meter;
}

export function priceToRow(price: Price): PriceRow {
  const { id, sequence, meter, service, customerId } = price;
  return { id, sequence, meter, service, customer_id: customerId, definition: JSON.stringify(price) };
}

export function rowToPrice({ definition }: Pick<PriceRow, 'definition'>): Price {
  return JSON.parse(definition) as Price;
}

export function settingsToRow(settings: InstanceSettings): SettingsRow {
  const { sequence, latePolicy, rounding, createdAtMs } = settings;
  return { sequence, late_policy: latePolicy, rounding, created_at_ms: createdAtMs };
}

export function rowToSettings(row: SettingsRow): InstanceSettings {
  return {
    latePolicy: row.late_policy as InstanceSettings['latePolicy'],
    rounding: row.rounding as InstanceSettings['rounding'],
    sequence: row.sequence,
    createdAtMs: row.created_at_ms,
  };
}

export function auditToRow(entry: AuditEntry): AuditRow {
  return {
    sequence: entry.sequence,
    at_ms: entry.atMs,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    subject_id: entry.subjectId,
    before: entry.before === null ? null : JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
  };
}

export function rowToAudit(row: AuditRow): AuditEntry {
  return {
    sequence: row.sequence,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action as AuditEntry['action'],
    subject: row.subject as AuditEntry['subject'],
    subjectId: row.subject_id,
    before: row.before === null ? null : (JSON.parse(row.before) as AuditSnapshot),
    after: JSON.parse(row.after) as AuditSnapshot,
  };
}
