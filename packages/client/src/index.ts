/** The public entry `@countinghouse/client`: the client, its error and the shapes it speaks of. */
export type { EventQuery, Health, Span } from './ask-server.ts';
export { BillingClient, type RecordedUsage } from './billing-client.ts';
export { BillingError } from './billing-error.ts';
export type { BatchOptions, BillingClientOptions, Logger, RetryOptions } from './options.ts';
export type { ClientStats } from './recorder.ts';
export type * from './wire/answers.ts';
export type { PropertyValue, UsageEvent } from './wire/event.ts';
