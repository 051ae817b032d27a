/** A microservice that customers use. Its default meter has the same id: the sum of `quantity`. */
export interface Service {
  readonly id: string;
  readonly name: string;
  /** What one of its quantity is called, for people. */
  readonly unit: string;
  /** Whether an event may carry a negative quantity (credits). */
  readonly allowNegative: boolean;
  readonly archived: boolean;
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
