/**
 * A new price version from what was asked (MONEY.md 5.2): the rules of its members and of its validity.
 * Pure: who calls it knows which services and customers there are, and keeps the version.
 */
import { canonicalDecimal } from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';
import { isCurrency } from '../../money/currency.ts';
import type { RecordStamp } from '../records/record-stamp.ts';
import type { Price } from './price.ts';
import { isFirstOfLine, type PriceBook } from './price-book.ts';

export interface PriceInput {
  readonly id?: string;
  readonly service: string;
  readonly currency: string;
  readonly model: 'per_unit';
  /** Decimal text, canonical. */
  readonly unitAmount: string;
  readonly customerId: string | null;
  readonly effectiveFromMs: number | null;
}

/** The first rule that is broken, or null. */
export function checkPrice(input: PriceInput): Refusal | null {
  if (!isCurrency(input.currency)) {
    return refuse('currency_invalid', 'currency must be an ISO 4217 code such as USD', 'currency');
  }
  if (canonicalDecimal(input.unitAmount) === null || input.unitAmount.startsWith('-')) {
    const shape =
      'unit_amount must be a decimal of at most 26 digits before and 12 after the point, not negative';
    return refuse('unit_amount_invalid', shape, 'unit_amount');
  }
  return null;
}

/** Only the first version of a line (meter, currency, customer or everyone) may be valid since always. */
export function checkValidity(input: PriceInput, book: PriceBook): Refusal | null {
  const line = { meter: input.service, currency: input.currency, customerId: input.customerId };
  if (input.effectiveFromMs !== null || isFirstOfLine(book, line)) return null;
  const message = 'this meter has a price in this currency already: say from when the new one is valid';
  return refuse('effective_from_required', message, 'effective_from');
}

export function makePrice(input: PriceInput, id: string, stamp: RecordStamp): Price {
  const { service, currency, model, unitAmount, customerId, effectiveFromMs } = input;
  return {
    id,
    meter: service,
    service,
    currency,
    model,
    unitAmount: canonicalDecimal(unitAmount) ?? unitAmount,
    customerId,
    effectiveFromMs,
    sequence: stamp.sequence,
    createdAtMs: stamp.nowMs,
  };
}

/** Whether an id that is taken was taken by the same content. */
export function samePrice(stored: Price, input: PriceInput): boolean {
  return (
    stored.service === input.service &&
    stored.currency === input.currency &&
    stored.model === input.model &&
    stored.unitAmount === canonicalDecimal(input.unitAmount) &&
    stored.customerId === input.customerId &&
    stored.effectiveFromMs === input.effectiveFromMs
  );
}
