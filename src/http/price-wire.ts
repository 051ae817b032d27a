/** A price on the wire ↔ what the use cases take and give. It checks only how numbers are written; schemas check shapes. */
import { canonicalNumber, formatTime, type PropertyValue } from '@countinghouse/client/wire';
import type { ErrorCode } from '../errors.ts';
import { errorCatalogue } from '../errors.ts';
import { customerDefaults } from '../usecases/put-customer.ts';
import type { UseCases } from '../usecases/use-cases.ts';
import { readTime } from './parameters.ts';
import { HttpProblem } from './problem.ts';

type PriceRecord = NonNullable<Awaited<ReturnType<UseCases['browseRecords']['findPrice']>>>;
type PostedPrice = Parameters<UseCases['postPrice']>[0];
type Rate = NonNullable<PriceRecord['definition']['fallback']>;

type WrittenDecimal = string | number;

interface TierBody {
  from: WrittenDecimal;
  to?: WrittenDecimal | null;
  unit_amount?: WrittenDecimal;
  flat_amount?: WrittenDecimal;
}

export interface RateBody {
  unit_amount?: WrittenDecimal;
  tiers?: TierBody[];
  package_size?: WrittenDecimal;
  package_amount?: WrittenDecimal;
  rate?: WrittenDecimal;
  flat_amount?: WrittenDecimal;
  included_quantity?: WrittenDecimal;
  minimum_amount?: WrittenDecimal;
  maximum_amount?: WrittenDecimal;
}

export interface PriceBody extends RateBody {
  id?: string;
  service?: string;
  meter?: string;
  currency?: string;
  model: string;
  dimension?: string;
  rates?: (RateBody & { value: PropertyValue })[];
  fallback?: RateBody;
  customer_id?: string;
  effective_from?: string;
  applies_to_closed?: boolean;
}

const rateFields = {
  unit_amount: 'unitAmount',
  package_size: 'packageSize',
  package_amount: 'packageAmount',
  rate: 'rate',
  flat_amount: 'flatAmount',
  included_quantity: 'includedQuantity',
  minimum_amount: 'minimumAmount',
  maximum_amount: 'maximumAmount',
} as const;

/** `place` is the way to the price in a larger body (`prices.0.`), for refusals. */
export function toPostedPrice(body: PriceBody, place = ''): PostedPrice {
  const { id, service, meter, dimension, rates, fallback } = body;
  return {
    ...(id !== undefined && { id }),
    ...(service !== undefined && { service }),
    ...(meter !== undefined && { meter }),
    currency: body.currency ?? customerDefaults.currency,
    model: body.model,
    definition: {
      ...toRate(body, place),
      ...(dimension !== undefined && { dimension }),
      ...(rates && {
        rates: rates.map(({ value, ...rate }, index) => ({
          value,
          ...toRate(rate, `${place}rates.${index}.`),
        })),
      }),
      ...(fallback && { fallback: toRate(fallback, `${place}fallback.`) }),
    },
    customerId: body.customer_id ?? null,
    effectiveFromMs: body.effective_from === undefined ? null : readEffectiveFrom(body.effective_from),
    appliesToClosed: body.applies_to_closed ?? false,
  };
}

function toRate(body: RateBody, place: string) {
  const fields: Partial<Record<(typeof rateFields)[keyof typeof rateFields], string>> = {};
  for (const [name, key] of Object.entries(rateFields) as [keyof typeof rateFields, keyof typeof fields][]) {
    const written = body[name];
    if (written !== undefined) fields[key] = readDecimal(written, `${name}_invalid`, place + name);
  }
  return {
    ...fields,
    ...(body.tiers && { tiers: body.tiers.map((tier, index) => toTier(tier, `${place}tiers.${index}`)) }),
  };
}

function toTier({ from, to, unit_amount: unitAmount, flat_amount: flatAmount }: TierBody, place: string) {
  const read = (written: WrittenDecimal) => readDecimal(written, 'tiers_invalid', place);
  return {
    from: read(from),
    to: to === undefined || to === null ? null : read(to),
    ...(unitAmount !== undefined && { unitAmount: read(unitAmount) }),
    ...(flatAmount !== undefined && { flatAmount: read(flatAmount) }),
  };
}

function readDecimal(written: WrittenDecimal, code: string, field: string): string {
  if (typeof written === 'string') return written;
  const number = canonicalNumber(written);
  if (number.ok) return number.text;
  const known = code in errorCatalogue ? (code as ErrorCode) : 'body_invalid';
  throw new HttpProblem(known, `${field} ${number.reason}`, { field });
}

function readEffectiveFrom(text: string): number {
  try {
    return readTime(text, 'effective_from');
  } catch (error) {
    throw new HttpProblem('effective_from_invalid', (error as Error).message, { field: 'effective_from' });
  }
}

export function toPrice(price: PriceRecord) {
  const { definition, customerId, effectiveFromMs } = price;
  const { dimension, rates, fallback } = definition;
  return {
    id: price.id,
    meter: price.meter,
    service: price.service,
    currency: price.currency,
    model: price.model,
    ...fromRate(definition),
    ...(dimension !== undefined && { dimension }),
    ...(rates && { rates: rates.map(({ value, ...rate }) => ({ value, ...fromRate(rate) })) }),
    ...(fallback && { fallback: fromRate(fallback) }),
    ...(customerId !== null && { customer_id: customerId }),
    ...(effectiveFromMs !== null && { effective_from: formatTime(effectiveFromMs) }),
    ...(price.appliesToClosed && { applies_to_closed: true }),
    sequence: String(price.sequence),
    created_at: formatTime(price.createdAtMs),
  };
}

function fromRate(rate: Rate): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(rateFields)) {
    const value = rate[key];
    if (value !== undefined) fields[name] = value;
  }
  if (rate.tiers) {
    fields.tiers = rate.tiers.map(({ from, to, unitAmount, flatAmount }) => ({
      ...{ from, to, unit_amount: unitAmount, flat_amount: flatAmount },
    }));
  }
  return fields;
}
