/**
 * A price version: what a meter's number costs from a moment on, for everyone or for one customer.
 * Immutable: a change is a new version (MONEY.md 5.2).
 */
export interface Price {
  readonly id: string;
  /** A service's default meter has the service's id. */
  readonly meter: string;
  readonly service: string;
  readonly currency: string;
  readonly model: 'per_unit';
  /** Money per unit: shortest plain decimal, never negative. */
  readonly unitAmount: string;
  /** null: for everyone. */
  readonly customerId: string | null;
  /** Valid from this moment; null: since always (only the first version of its line may be). */
  readonly effectiveFromMs: number | null;
  readonly sequence: number;
  readonly createdAtMs: number;
}
