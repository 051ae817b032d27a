/**
 * The one error this client gives, rebuilt from the server's problem details or made by the client itself.
 * It holds no stack of attempts: what finally went wrong is its `cause`.
 */
import type { UsageEvent } from './wire/event.ts';

export interface BillingErrorDetails {
  readonly code: string;
  readonly field?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly events?: readonly UsageEvent[] | undefined;
  readonly cause?: unknown;
}

export class BillingError extends Error {
  override readonly name = 'BillingError';
  /**
   * From the server's catalogue (`conflict`, `quantity_invalid`, `busy` …), or the client's own: `no_answer`
   * (nothing came back in time), `answer_invalid` (what came back is no answer of Countinghouse), `closed`,
   * `time_missing`, `option_unknown`, `option_invalid`, `client_failed`; `http_<status>` where an answer
   * named no code.
   */
  readonly code: string;
  /** The member of the event, the option or the parameter that is wrong, where there is one. */
  readonly field: string | undefined;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The server's name for the request, to be found in its log. */
  readonly requestId: string | undefined;
  /**
   * The events as they were sent, ids and times included. To try again safely send *these*: the original
   * without its id would be given a new one, and might count twice.
   */
  readonly events: readonly UsageEvent[] | undefined;

  constructor(message: string, details: BillingErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.field = details.field;
    this.status = details.status;
    this.requestId = details.requestId;
    this.events = details.events;
  }
}

/** The same error, naming the events it is about. */
export function withEvents(error: BillingError, events: readonly UsageEvent[]): BillingError {
  const { code, field, status, requestId, cause } = error;
  return new BillingError(error.message, { code, field, status, requestId, events, cause: cause ?? error });
}
