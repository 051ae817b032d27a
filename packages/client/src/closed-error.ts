/** What a call gets from a client that was closed. */
import { BillingError } from './billing-error.ts';

export function closedError(cause?: unknown): BillingError {
  return new BillingError('the client is closed', { code: 'closed', cause });
}
