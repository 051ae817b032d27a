/** Who uses and pays. Every write makes a new version with a sequence; the latest one counts. */
import type { LatePolicy } from './late-policy.ts';

export interface Customer {
  readonly id: string;
  readonly name: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** What becomes of its usage that arrives for a closed period; null: the instance's policy. */
  readonly latePolicy: LatePolicy | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Hidden from lists; its events are still accepted and priced, with a warning. */
  readonly archived: boolean;
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
