/**
 * The checks of a new event that depend on state: the clock, the known customers and services, strictness.
 * A repeat is answered before these (DESIGN.md 3.1), so that a retry never fails for what changed in between.
 */
import { eventLimits } from '@countinghouse/client/wire';
import type { Customer } from '../domain/records/customer.ts';
import type { Service } from '../domain/records/service.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Candidate } from './candidate.ts';
import type { Warning } from './outcome.ts';

/** The latest versions of the records that ingest asks for, in memory. */
export interface KnownRecords {
  customer(id: string): Customer | undefined;
  service(id: string): Service | undefined;
}

export interface AdmitContext {
  readonly known: KnownRecords;
  readonly nowMs: number;
  /** Refuse unknown customers and services instead of keeping their usage in suspense. */
  readonly strict: boolean;
}

export type Admission = { readonly ok: true; readonly warnings: readonly Warning[] } | Refusal;

type Stated = Pick<Candidate, 'customerId' | 'service' | 'timeMs' | 'isNegative'>;

export function admit(event: Stated, { known, nowMs, strict }: AdmitContext): Admission {
  if (event.timeMs > nowMs + eventLimits.timeAheadMaxMs) {
    const minutes = eventLimits.timeAheadMaxMs / 60_000;
    return refuse(
      'time_in_future',
      `time is more than ${minutes} minutes ahead of the server's clock`,
      'time',
    );
  }
  const customer = known.customer(event.customerId);
  const service = known.service(event.service);
  if (strict && !customer)
    return refuse('customer_unknown', 'there is no such customer; create it first', 'customer_id');
  if (strict && !service)
    return refuse('service_unknown', 'there is no such service; create it first', 'service');
  if (event.isNegative && !service?.allowNegative) {
    return refuse('quantity_invalid', 'quantity is negative and the service does not allow that', 'quantity');
  }
  if (customer && service && !customer.archived && !service.archived) return withoutWarnings;
  return { ok: true, warnings: warningsOf(customer, service) };
}

/** What nearly every event gets: one object for all. */
const withoutWarnings: Admission = { ok: true, warnings: [] };

function warningsOf(customer: Customer | undefined, service: Service | undefined): Warning[] {
  const warnings: Warning[] = [];
  if (!customer) warnings.push('customer_unknown');
  else if (customer.archived) warnings.push('customer_archived');
  if (!service) warnings.push('service_unknown');
  else if (service.archived) warnings.push('service_archived');
  return warnings;
}
