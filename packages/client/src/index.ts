/** The entry of `@countinghouse/client` for any runtime with `fetch`: all but the spool on disk. Node has its own. */
export { BillingClient } from './billing-client.ts';
export * from './public-names.ts';
