/**
 * The closed catalogue of refusals: every `code` that an answer can carry, with its HTTP status and title.
 * A refusal is a value, not an exception. docs/errors.md lists the same codes; tests count and compare them.
 */

const field = (title: string) => ({ status: 422, title }) as const;

export const errorCatalogue = {
  // One event, or one record's field.
  event_invalid: field('The event is not a JSON object'),
  field_unknown: field('The object has a member that is not known'),
  id_missing: field('The id is missing'),
  id_invalid: field('The id is not valid'),
  id_too_long: field('The id is too long'),
  source_invalid: field('The source is not valid'),
  source_too_long: field('The source is too long'),
  customer_id_missing: field('The customer id is missing'),
  customer_id_invalid: field('The customer id is not valid'),
  customer_id_too_long: field('The customer id is too long'),
  customer_unknown: field('There is no such customer'),
  service_missing: field('The service is missing'),
  service_invalid: field('The service is not valid'),
  service_too_long: field('The service is too long'),
  service_unknown: field('There is no such service'),
  time_missing: field('The time is missing'),
  time_invalid: field('The time is not an RFC 3339 time'),
  time_out_of_range: field('The time is before the year 2000'),
  time_in_future: field('The time is too far in the future'),
  quantity_invalid: field('The quantity is not valid'),
  amount_invalid: field('The amount is not valid'),
  properties_invalid: field('The properties are not an object'),
  properties_too_many: field('There are too many properties'),
  property_invalid: field('A property is not valid'),
  specversion_missing: field('The CloudEvents version is missing'),
  specversion_invalid: field('The CloudEvents version is not 1.0'),
  data_invalid: field('The CloudEvents data is not a flat JSON object'),
  name_missing: field('The name is missing'),
  name_invalid: field('The name is not valid'),
  name_too_long: field('The name is too long'),
  time_zone_invalid: field('The time zone is not an IANA time zone'),
  currency_invalid: field('The currency is not an ISO 4217 code'),
  tags_invalid: field('The tags are not valid'),
  unit_invalid: field('The unit is not valid'),
  unit_too_long: field('The unit is too long'),
  allow_negative_invalid: field('allow_negative is not true or false'),
  meter_invalid: field('The meter is not valid'),
  meter_unknown: field('There is no such meter'),
  aggregation_missing: field('The aggregation is missing'),
  aggregation_invalid: field('The aggregation is not known'),
  value_invalid: field('The value is not valid'),
  filter_invalid: field('The filter is not valid'),
  dimensions_invalid: field('The dimensions are not valid'),
  series_by_invalid: field('series_by is not valid'),
  per_invalid: field('per is not second, hour or day'),
  model_missing: field('The price model is missing'),
  model_invalid: field('The price model is not known'),
  unit_amount_missing: field('The unit amount is missing'),
  unit_amount_invalid: field('The unit amount is not valid'),
  tiers_missing: field('The tiers are missing'),
  tiers_invalid: field('The tiers are not valid'),
  package_size_missing: field('The package size is missing'),
  package_size_invalid: field('The package size is not valid'),
  package_amount_missing: field('The package amount is missing'),
  package_amount_invalid: field('The package amount is not valid'),
  rate_missing: field('The rate is missing'),
  rate_invalid: field('The rate is not valid'),
  flat_amount_missing: field('The flat amount is missing'),
  flat_amount_invalid: field('The flat amount is not valid'),
  included_quantity_invalid: field('The included quantity is not valid'),
  minimum_amount_invalid: field('The minimum amount is not valid'),
  maximum_amount_invalid: field('The maximum amount is not valid'),
  dimension_invalid: field('The dimension is not valid'),
  rates_invalid: field('The rates are not valid'),
  fallback_invalid: field('The fallback is not valid'),
  cost_not_divisible: field('The cost cannot be divided by this key'),
  effective_from_invalid: field('effective_from is not an RFC 3339 time'),
  effective_from_required: field('Only the first price version may leave out effective_from'),
  scopes_missing: field('The scopes are missing'),
  scopes_invalid: field('The scopes are not valid'),
  overlap_seconds_invalid: field('The overlap is not valid'),
  prices_missing: field('The proposed prices are missing'),
  prices_invalid: field('The proposed prices are not valid'),
  applies_to_closed_invalid: field('applies_to_closed is not true or false'),
  late_policy_invalid: field('The late policy is not known'),
  action_missing: field('The action is missing'),
  action_invalid: field('The action is not void or amend'),
  source_missing: field('The source is missing'),
  event_missing: field('The event is missing'),
  event_id_missing: field('The event id is missing'),
  event_id_invalid: field('The event id is not valid'),
  event_id_too_long: field('The event id is too long'),
  reason_missing: field('The reason is missing'),
  reason_invalid: field('The reason is not valid'),
  reason_too_long: field('The reason is too long'),
  period_missing: field('The period is missing'),
  period_invalid: field('The period is not a month such as 2026-10'),
  // A request as a whole.
  json_invalid: { status: 400, title: 'The body cannot be read as JSON' },
  request_invalid: { status: 400, title: 'The request is not valid HTTP' },
  body_invalid: field('The body has the wrong shape'),
  parameter_invalid: field('A parameter is not valid'),
  key_missing: { status: 401, title: 'A key is needed' },
  key_invalid: { status: 401, title: 'The key is not known' },
  scope_missing: { status: 403, title: 'The key lacks the scope that this needs' },
  customer_forbidden: { status: 403, title: 'The key is for another customer' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The identity is taken by other content' },
  name_taken: { status: 409, title: 'The name is taken' },
  already_voided: { status: 409, title: 'The event was voided' },
  currency_fixed: { status: 409, title: 'The currency can no longer change' },
  period_not_over: { status: 409, title: 'The period has not ended' },
  previous_period_open: { status: 409, title: 'An earlier period has not been closed' },
  period_closed: { status: 409, title: 'The period is closed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  batch_too_large: { status: 413, title: 'The batch has too many events' },
  result_too_large: { status: 422, title: 'The answer has too many rows' },
  media_type_unsupported: { status: 415, title: 'The content type or encoding is not supported' },
  busy: { status: 503, title: 'Too busy: nothing was acknowledged, a retry is safe' },
  query_too_expensive: { status: 503, title: 'The query took too much time or memory' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** A refusal as a value: which rule was broken, in the words of the one who broke it. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  /** What is wrong and what to do. */
  readonly message: string;
  /** The member or parameter, where there is one. */
  readonly field?: string;
}

export function refuse(code: ErrorCode, message: string, atField?: string): Refusal {
  return atField === undefined ? { ok: false, code, message } : { ok: false, code, message, field: atField };
}

/** Thrown where a bound on waiting work is reached; becomes 503 with `Retry-After`. Nothing was acknowledged. */
export class Busy extends Error {
  override readonly name = 'Busy';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options?: { cause: unknown }) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Thrown when an answer would have more rows than the bound of its question. */
export class ResultTooLarge extends Error {
  override readonly name = 'ResultTooLarge';
  readonly rowsMax: number;

  constructor(rowsMax: number) {
    super(`the answer has more than ${rowsMax} rows`);
    this.rowsMax = rowsMax;
  }
}

/** Thrown when the engine stopped a query at its limit of time or memory. */
export class QueryTooExpensive extends Error {
  override readonly name = 'QueryTooExpensive';
}
