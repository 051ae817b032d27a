/**
 * The codes that `validateEvent` may give: its part of the closed catalogue (DESIGN.md 3.2), no others.
 * Which rule gives which code is said where the rule stands.
 */
export const eventCodes = [
  'event_invalid',
  'field_unknown',
  'source_invalid',
  'source_too_long',
  'id_missing',
  'id_invalid',
  'id_too_long',
  'customer_id_missing',
  'customer_id_invalid',
  'customer_id_too_long',
  'service_missing',
  'service_invalid',
  'service_too_long',
  'time_invalid',
  'time_out_of_range',
  'quantity_invalid',
  'amount_invalid',
  'properties_invalid',
  'properties_too_many',
  'property_invalid',
] as const;

export type EventCode = (typeof eventCodes)[number];

/** Why a member of an event is refused. */
export interface EventFault {
  readonly code: EventCode;
  readonly field: string;
  readonly message: string;
}
