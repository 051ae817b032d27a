/** What both entries of the package export besides the client itself. */
export type { RecordedUsage } from './billing-client.ts';
export { BillingError } from './billing-error.ts';
export type { EventQuery, Health, ListQuery, PriceQuery, Span, UsageQuery } from './billing-reader.ts';
export type { ClientStats, CounterName, CountHook } from './counts.ts';
export type { BatchOptions, BillingClientOptions, Logger, RetryOptions, SpoolOptions } from './options.ts';
export type { DeadLetter } from './outbox.ts';
export type * from './wire/answers.ts';
export type { PropertyValue, UsageEvent } from './wire/event.ts';
export type * from './wire/records.ts';
