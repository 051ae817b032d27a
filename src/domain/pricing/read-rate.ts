/**
 * The numbers of a price model, read from texts: which fields each model has, that they are decimals in their bounds,
 * and that nothing is given which the model does not use (MONEY.md 5.2). Tiers are read in `read-tiers.ts`.
 */
import { canonicalDecimal, type PropertyValue } from '@countinghouse/client/wire';
import { type ErrorCode, type Refusal, refuse } from '../../errors.ts';
import { compare, parseDecimal } from '../../money/decimal.ts';
import type { PriceModel, RateFields } from './price.ts';
import { readTiers, type TierInput } from './read-tiers.ts';

/** Fields as they were asked for; decimals as written. */
export interface RateFieldsInput extends Omit<RateFields, 'tiers'> {
  readonly tiers?: readonly TierInput[];
}

export interface RateInput extends RateFieldsInput {
  readonly value?: PropertyValue;
}

export interface DefinitionInput extends RateFieldsInput {
  readonly dimension?: string;
  readonly rates?: readonly RateInput[];
  readonly fallback?: RateFieldsInput;
}

type Read<T> = { readonly ok: true; readonly value: T } | Refusal;

interface Field {
  readonly key: keyof RateFields;
  /** On the wire. */
  readonly name: string;
  readonly invalid: ErrorCode;
}

interface OwnField extends Field {
  readonly missing: ErrorCode;
}

const unitAmount = own('unitAmount', 'unit_amount', 'unit_amount_missing', 'unit_amount_invalid');
const tiers = own('tiers', 'tiers', 'tiers_missing', 'tiers_invalid');
const packageSize = own('packageSize', 'package_size', 'package_size_missing', 'package_size_invalid');
const packageAmount = own(
  'packageAmount',
  'package_amount',
  'package_amount_missing',
  'package_amount_invalid',
);
const rate = own('rate', 'rate', 'rate_missing', 'rate_invalid');
const flatAmount = own('flatAmount', 'flat_amount', 'flat_amount_missing', 'flat_amount_invalid');
const included: Field = {
  key: 'includedQuantity',
  name: 'included_quantity',
  invalid: 'included_quantity_invalid',
};
const minimum: Field = { key: 'minimumAmount', name: 'minimum_amount', invalid: 'minimum_amount_invalid' };
const maximum: Field = { key: 'maximumAmount', name: 'maximum_amount', invalid: 'maximum_amount_invalid' };

const allOwn = [unitAmount, tiers, packageSize, packageAmount, rate, flatAmount];

const ownByModel: Readonly<Record<PriceModel, readonly OwnField[]>> = {
  per_unit: [unitAmount],
  graduated: [tiers],
  volume: [tiers],
  package: [packageSize, packageAmount],
  flat: [flatAmount],
  percentage: [rate],
  pass_through: [],
  inherit: [],
};

const withIncluded: ReadonlySet<PriceModel> = new Set(['per_unit', 'graduated', 'volume', 'package']);

/** The fields that a model must have. */
export function ownFields(model: PriceModel): readonly OwnField[] {
  return ownByModel[model];
}

/** What may stand beside `rates` and holds for each of them: included quantity, minimum and maximum. */
export function sharedFields(model: PriceModel, input: DefinitionInput): Read<RateFields> {
  const { dimension: _dimension, rates: _rates, fallback: _fallback, ...fields } = input;
  const foreign = allOwn.find((field) => fields[field.key] !== undefined);
  if (foreign) return refuse(foreign.invalid, `${foreign.name} does not belong to ${model}`, foreign.name);
  return readLimits(model, fields, '', {});
}

/** `place` is the way to the fields (`rates.0.`), `shared` what counts where they have none of their own. */
export function readRate(
  model: PriceModel,
  input: RateFieldsInput,
  place: string,
  shared: RateFields,
): Read<RateFields> {
  const mine = ownFields(model);
  const foreign = allOwn.find((field) => input[field.key] !== undefined && !mine.includes(field));
  if (foreign) {
    return refuse(foreign.invalid, `${foreign.name} does not belong to ${model}`, place + foreign.name);
  }
  let fields: RateFields = {};
  for (const field of mine) {
    if (input[field.key] === undefined) {
      return refuse(field.missing, `${model} needs ${field.name}`, place + field.name);
    }
    const value = field === tiers ? readTiers(input.tiers ?? [], place) : readAmount(field, input, place);
    if (!value.ok) return value;
    fields = { ...fields, [field.key]: value.value };
  }
  if (fields.packageSize === '0') {
    return refuse('package_size_invalid', 'package_size must be above 0', `${place}package_size`);
  }
  const bounds = readLimits(model, input, place, shared);
  return bounds.ok ? { ok: true, value: { ...fields, ...bounds.value } } : bounds;
}

function readLimits(
  model: PriceModel,
  input: RateFieldsInput,
  place: string,
  shared: RateFields,
): Read<RateFields> {
  let fields: RateFields = {};
  for (const field of [included, minimum, maximum]) {
    if (input[field.key] === undefined) continue;
    if (field === included && !withIncluded.has(model)) {
      return refuse(field.invalid, `included_quantity does not belong to ${model}`, place + field.name);
    }
    const value = readAmount(field, input, place);
    if (!value.ok) return value;
    fields = { ...fields, [field.key]: value.value };
  }
  const least = fields.minimumAmount ?? shared.minimumAmount;
  const most = fields.maximumAmount ?? shared.maximumAmount;
  if (least !== undefined && most !== undefined && compare(parseDecimal(least), parseDecimal(most)) > 0) {
    const message = `maximum_amount ${most} is below minimum_amount ${least}`;
    return refuse('maximum_amount_invalid', message, `${place}maximum_amount`);
  }
  return { ok: true, value: fields };
}

function readAmount(field: Field, input: RateFieldsInput, place: string): Read<string> {
  const written = input[field.key];
  const text = typeof written === 'string' ? canonicalDecimal(written) : null;
  if (text !== null && !text.startsWith('-')) return { ok: true, value: text };
  const shape = 'must be a decimal of at most 26 digits before and 12 after the point, not negative';
  return refuse(field.invalid, `${field.name} ${shape}`, place + field.name);
}

function own(key: OwnField['key'], name: string, missing: ErrorCode, invalid: ErrorCode): OwnField {
  return { key, name, missing, invalid };
}
