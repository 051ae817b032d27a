/**
 * Row <-> domain, both ways, for every table of records.
 * It judges nothing: what the use cases gave is what comes back.
 */
import type { Price } from '../../domain/pricing/price.ts';
import type { Customer } from '../../domain/records/customer.ts';
import type { Service } from '../../domain/records/service.ts';
import type { CustomerRow, PriceRow, ServiceRow } from './schema.ts';

export function customerToRow(customer: Customer): CustomerRow {
  return {
    id: customer.id,
    sequence: customer.sequence,
    name: customer.name,
    time_zone: customer.timeZone,
    currency: customer.currency,
    tags: JSON.stringify(customer.tags),
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

export function priceToRow(price: Price): PriceRow {
  return {
    id: price.id,
    sequence: price.sequence,
    meter: price.meter,
    service: price.service,
    currency: price.currency,
    model: price.model,
    unit_amount: price.unitAmount,
    customer_id: price.customerId,
    effective_from_ms: price.effectiveFromMs,
    created_at_ms: price.createdAtMs,
  };
}

export function rowToPrice(row: PriceRow): Price {
  return {
    id: row.id,
    meter: row.meter,
    service: row.service,
    currency: row.currency,
    model: row.model as Price['model'],
    unitAmount: row.unit_amount,
    customerId: row.customer_id,
    effectiveFromMs: row.effective_from_ms,
    sequence: row.sequence,
    createdAtMs: row.created_at_ms,
  };
}
