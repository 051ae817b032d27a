/** What goes into the pipeline and what comes out. Shapes only. */
import type { ErrorCode } from '../errors.ts';

/** One member of a request: parsed, not yet validated; or one that could not even be read. */
export type Submission =
  | { readonly input: unknown; readonly traceparent: string }
  | { readonly unreadable: { readonly code: ErrorCode; readonly message: string; readonly field?: string } };

export type Warning =
  | 'customer_unknown'
  | 'service_unknown'
  | 'customer_archived'
  | 'service_archived'
  // Of a repeat: its original does not count any more, or counts as amended.
  | 'event_voided'
  | 'event_amended';

/**
 * What became of one submission. `accepted` and `duplicate` are said only when the event is durable. `key` is the
 * identity (look-up.ts): it is taken apart only where it is shown.
 */
export type Outcome =
  | { readonly status: 'accepted'; readonly key: string; readonly warnings: readonly Warning[] }
  | { readonly status: 'duplicate'; readonly key: string; readonly warnings?: readonly Warning[] }
  | {
      readonly status: 'conflict';
      readonly key: string;
      /** null: whoever asked may not know it. */
      readonly storedFingerprint: string | null;
      readonly sentFingerprint: string;
    }
  | {
      readonly status: 'rejected';
      readonly code: ErrorCode;
      readonly message: string;
      readonly field?: string;
      readonly source?: string;
      readonly id?: string;
    };
