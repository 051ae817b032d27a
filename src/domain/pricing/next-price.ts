/**
 * A new price version from what was asked (MONEY.md 5.2): the rules of its members and of its validity.
 * Pure: who calls it knows which services, meters and customers there are, and keeps the version. The numbers of a
 * model are read in `read-rate.ts`.
 */
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isCurrency } from '../../money/currency.ts';
import type { Meter } from '../meters/meter.ts';
import type { RecordStamp } from '../records/record-stamp.ts';
import {
  type Price,
  type PriceDefinition,
  type PriceModel,
  priceModels,
  type RateEntry,
  type RateFields,
} from './price.ts';
import { isFirstOfLine, type PriceBook } from './price-book.ts';
import { type DefinitionInput, ownFields, type RateInput, readRate, sharedFields } from './read-rate.ts';

/** What was asked: decimals as written texts; members that were not given are absent. */
export interface PriceInput {
  readonly currency: string;
  readonly model: string;
  readonly definition: DefinitionInput;
  readonly customerId: string | null;
  readonly effectiveFromMs: number | null;
  readonly appliesToClosed: boolean;
}

/** All of a price but its id and its place in the order. */
export type PriceContent = Omit<Price, 'id' | 'sequence' | 'createdAtMs'>;

type Read<T> = { readonly ok: true; readonly value: T } | Refusal;

/** The content of a version, numbers in shortest plain form, or the first rule that is broken. */
export function readPrice(input: PriceInput, meter: Meter): Read<PriceContent> {
  if (!isCurrency(input.currency)) {
    return refuse('currency_invalid', 'currency must be an ISO 4217 code such as USD', 'currency');
  }
  const model = priceModels.find((known) => known === input.model);
  if (model === undefined) {
    return refuse('model_invalid', `model must be one of ${priceModels.join(', ')}`, 'model');
  }
  const definition = readDefinition(model, input, meter);
  if (!definition.ok) return definition;
  const { currency, customerId, effectiveFromMs, appliesToClosed } = input;
  const own = { currency, model, customerId, effectiveFromMs, appliesToClosed };
  return {
    ok: true,
    value: { meter: meter.id, service: meter.service, ...own, definition: definition.value },
  };
}

/** Only the first version of a line (meter, currency, customer or everyone) may be valid since always. */
export function checkValidity(content: PriceContent, book: PriceBook): Refusal | null {
  if (content.effectiveFromMs !== null || isFirstOfLine(book, content)) return null;
  const message = 'this meter has a price in this currency already: say from when the new one is valid';
  return refuse('effective_from_required', message, 'effective_from');
}

export function makePrice(content: PriceContent, id: string, stamp: RecordStamp): Price {
  return { id, ...content, sequence: stamp.sequence, createdAtMs: stamp.nowMs };
}

/** Whether an id that is taken was taken by the same content. */
export function samePrice(stored: Price, content: PriceContent): boolean {
  const { id: _id, sequence: _sequence, createdAtMs: _createdAtMs, ...kept } = stored;
  return orderedJson(kept) === orderedJson(content);
}

function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function readDefinition(model: PriceModel, input: PriceInput, meter: Meter): Read<PriceDefinition> {
  const { definition } = input;
  if (model === 'inherit') return readInherit(input);
  if (definition.dimension === undefined) {
    for (const field of ['rates', 'fallback'] as const) {
      if (definition[field] !== undefined) {
        return refuse(`${field}_invalid`, `${field} needs a dimension whose values it prices`, field);
      }
    }
    return readRate(model, definition, '', {});
  }
  return readDivided(model, definition, definition.dimension, meter);
}

function readInherit({ customerId, definition }: PriceInput): Read<PriceDefinition> {
  if (customerId === null) {
    return refuse('model_invalid', 'inherit ends the price of a customer: it needs customer_id', 'model');
  }
  if (Object.values(definition).some((member) => member !== undefined)) {
    return refuse('model_invalid', 'inherit has no amounts: the general price counts again', 'model');
  }
  return { ok: true, value: {} };
}

function readDivided(
  model: PriceModel,
  definition: DefinitionInput,
  dimension: string,
  meter: Meter,
): Read<PriceDefinition> {
  const fault = dimensionFault(dimension, meter);
  if (fault !== null) return refuse('dimension_invalid', fault, 'dimension');
  const beside = ownFields(model).find((field) => definition[field.key] !== undefined);
  if (beside) {
    return refuse(
      beside.invalid,
      `with a dimension ${beside.name} stands in rates and fallback`,
      beside.name,
    );
  }
  const shared = sharedFields(model, definition);
  if (!shared.ok) return shared;
  const rates = readRates(model, definition.rates ?? [], shared.value);
  if (!rates.ok) return rates;
  if (rates.value.length === 0 && definition.fallback === undefined) {
    return refuse('rates_invalid', 'a dimension needs rates, a fallback, or both', 'rates');
  }
  const fallback = definition.fallback && readRate(model, definition.fallback, 'fallback.', shared.value);
  if (fallback && !fallback.ok) return fallback;
  return {
    ok: true,
    value: { dimension, ...shared.value, rates: rates.value, ...(fallback && { fallback: fallback.value }) },
  };
}

function dimensionFault(dimension: string, { id, dimensions }: Meter): string | null {
  if (!/^properties\.[A-Za-z0-9_.-]{1,64}$/.test(dimension)) return 'dimension must be properties.NAME';
  if (dimensions.length === 0 || dimensions.some((known) => known === dimension)) return null;
  return `meter ${JSON.stringify(id)} has no dimension ${dimension}, only ${dimensions.join(', ')}`;
}

function readRates(model: PriceModel, entries: readonly RateInput[], shared: RateFields): Read<RateEntry[]> {
  if (entries.length > limits.priceRatesMax) {
    return refuse('rates_invalid', `rates has at most ${limits.priceRatesMax} entries`, 'rates');
  }
  const rates: RateEntry[] = [];
  for (const [index, { value, ...fields }] of entries.entries()) {
    if (value === undefined || rates.some((rate) => rate.value === value)) {
      const fault = value === undefined ? 'has no value' : `names ${JSON.stringify(value)} a second time`;
      return refuse('rates_invalid', `entry ${index + 1} of rates ${fault}`, `rates.${index}.value`);
    }
    const rate = readRate(model, fields, `rates.${index}.`, shared);
    if (!rate.ok) return rate;
    rates.push({ value, ...rate.value });
  }
  return { ok: true, value: rates };
}
