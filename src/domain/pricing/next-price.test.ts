/** What a price version may say, and the rule that is named when it may not (MONEY.md 5.2). */
import { describe, expect, it } from 'vitest';
import { defaultMeter, type Meter } from '../meters/meter.ts';
import { checkValidity, makePrice, type PriceInput, readPrice, samePrice } from './next-price.ts';
import { makePriceBook } from './price-book.ts';
import type { DefinitionInput } from './read-rate.ts';
import type { TierInput } from './read-tiers.ts';

const meter = defaultMeter('api');

const asked = (model: string, definition: DefinitionInput, over: Partial<PriceInput> = {}): PriceInput => ({
  ...{ currency: 'USD', model, definition, customerId: null, effectiveFromMs: null, appliesToClosed: false },
  ...over,
});

const faultOf = (input: PriceInput, of: Meter = meter) => {
  const read = readPrice(input, of);
  return read.ok ? 'fine' : `${read.code} at ${read.field}`;
};

const region = 'properties.region';

describe('a version is read', () => {
  it.each<[model: string, definition: DefinitionInput]>([
    ['per_unit', { unitAmount: '0.015', includedQuantity: '100', minimumAmount: '5', maximumAmount: '5' }],
    [
      'graduated',
      {
        tiers: [
          { from: '0', to: '0.5', unitAmount: '1' },
          { from: '0.5', to: null, flatAmount: '2' },
        ],
      },
    ],
    ['volume', { tiers: [{ from: '0', to: null, unitAmount: '1', flatAmount: '2' }] }],
    ['package', { packageSize: '1000', packageAmount: '5', includedQuantity: '1' }],
    ['flat', { flatAmount: '30' }],
    ['percentage', { rate: '0.029', minimumAmount: '1' }],
    ['pass_through', {}],
    [
      'per_unit',
      {
        dimension: region,
        rates: [
          { value: 'eu', unitAmount: '1' },
          { value: 1, unitAmount: '2' },
        ],
      },
    ],
    [
      'per_unit',
      { dimension: region, fallback: { unitAmount: '1', includedQuantity: '2' }, includedQuantity: '3' },
    ],
    ['pass_through', { dimension: region, rates: [{ value: true }], fallback: {} }],
  ])('%s %j', (model, definition) => {
    expect(faultOf(asked(model, definition))).toBe('fine');
  });

  it('with its numbers in shortest plain form', () => {
    const input = asked('graduated', {
      tiers: [
        { from: '00', to: '10.50', unitAmount: '1.10' },
        { from: '10.5', to: null, flatAmount: '007' },
      ],
      includedQuantity: '1.0',
    });
    const read = readPrice(input, meter);
    expect(read.ok && read.value.definition).toEqual({
      tiers: [
        { from: '0', to: '10.5', unitAmount: '1.1', flatAmount: '0' },
        { from: '10.5', to: null, unitAmount: '0', flatAmount: '7' },
      ],
      includedQuantity: '1',
    });
  });

  it('and is the same as one that is written otherwise', () => {
    const one = readPrice(asked('per_unit', { unitAmount: '1.50', minimumAmount: '2' }), meter);
    const two = readPrice(asked('per_unit', { minimumAmount: '2.0', unitAmount: '1.5' }), meter);
    const other = readPrice(asked('per_unit', { minimumAmount: '2.0', unitAmount: '1.51' }), meter);
    if (!one.ok || !two.ok || !other.ok) throw new Error('refused');
    const stored = makePrice(one.value, 'p', { sequence: 7, nowMs: 9 });
    expect(samePrice(stored, two.value)).toBe(true);
    expect(samePrice(stored, other.value)).toBe(false);
    expect(samePrice(stored, { ...two.value, appliesToClosed: true })).toBe(false);
  });
});

describe('a version is refused', () => {
  const over = `1${'0'.repeat(26)}`;

  it.each<[model: string, definition: DefinitionInput, fault: string]>([
    ['unit', {}, 'model_invalid at model'],
    ['per_unit', {}, 'unit_amount_missing at unit_amount'],
    ['per_unit', { unitAmount: '-1' }, 'unit_amount_invalid at unit_amount'],
    ['per_unit', { unitAmount: '1e3' }, 'unit_amount_invalid at unit_amount'],
    ['per_unit', { unitAmount: over }, 'unit_amount_invalid at unit_amount'],
    ['per_unit', { unitAmount: '1', rate: '1' }, 'rate_invalid at rate'],
    ['flat', { flatAmount: '1', includedQuantity: '1' }, 'included_quantity_invalid at included_quantity'],
    ['percentage', { rate: '1', includedQuantity: '1' }, 'included_quantity_invalid at included_quantity'],
    ['percentage', {}, 'rate_missing at rate'],
    ['flat', {}, 'flat_amount_missing at flat_amount'],
    ['pass_through', { rate: '1' }, 'rate_invalid at rate'],
    ['package', { packageSize: '1' }, 'package_amount_missing at package_amount'],
    ['package', { packageAmount: '1' }, 'package_size_missing at package_size'],
    ['package', { packageSize: '0.0', packageAmount: '1' }, 'package_size_invalid at package_size'],
    ['volume', {}, 'tiers_missing at tiers'],
    [
      'per_unit',
      { unitAmount: '1', minimumAmount: '2', maximumAmount: '1' },
      'maximum_amount_invalid at maximum_amount',
    ],
    ['per_unit', { unitAmount: '1', minimumAmount: '-2' }, 'minimum_amount_invalid at minimum_amount'],
    ['per_unit', { unitAmount: '1', rates: [] }, 'rates_invalid at rates'],
    ['per_unit', { unitAmount: '1', fallback: {} }, 'fallback_invalid at fallback'],
    ['per_unit', { dimension: region }, 'rates_invalid at rates'],
    ['per_unit', { dimension: 'region', fallback: { unitAmount: '1' } }, 'dimension_invalid at dimension'],
    [
      'per_unit',
      { dimension: region, unitAmount: '1', fallback: { unitAmount: '1' } },
      'unit_amount_invalid at unit_amount',
    ],
    ['per_unit', { dimension: region, rates: [{ unitAmount: '1' }] }, 'rates_invalid at rates.0.value'],
    [
      'per_unit',
      { dimension: region, rates: [{ value: 'a' }] },
      'unit_amount_missing at rates.0.unit_amount',
    ],
    [
      'per_unit',
      {
        dimension: region,
        rates: [
          { value: 'a', unitAmount: '1' },
          { value: 'a', unitAmount: '2' },
        ],
      },
      'rates_invalid at rates.1.value',
    ],
    ['per_unit', { dimension: region, fallback: { rate: '1' } }, 'rate_invalid at fallback.rate'],
    [
      'per_unit',
      { dimension: region, fallback: { unitAmount: '1', maximumAmount: '1' }, minimumAmount: '2' },
      'maximum_amount_invalid at fallback.maximum_amount',
    ],
    ['inherit', {}, 'model_invalid at model'],
  ])('%s %j: %s', (model, definition, fault) => {
    expect(faultOf(asked(model, definition))).toBe(fault);
  });

  it('when its currency is none', () => {
    expect(faultOf(asked('pass_through', {}, { currency: 'usd' }))).toBe('currency_invalid at currency');
  });

  it('when its dimension is not one of the meter', () => {
    const divided: Meter = { ...meter, dimensions: ['properties.model'] };
    const input = asked('pass_through', { dimension: region, fallback: {} });
    expect(faultOf(input, divided)).toBe('dimension_invalid at dimension');
    expect(
      faultOf({ ...input, definition: { ...input.definition, dimension: 'properties.model' } }, divided),
    ).toBe('fine');
  });

  it('when an inherit has amounts, and not when it is a customer who inherits', () => {
    expect(faultOf(asked('inherit', { unitAmount: '1' }, { customerId: 'acme' }))).toBe(
      'model_invalid at model',
    );
    expect(faultOf(asked('inherit', {}, { customerId: 'acme' }))).toBe('fine');
  });
});

describe('tiers that do not fit name the one that is wrong', () => {
  const unit = { unitAmount: '1' };

  it.each<[tiers: TierInput[], message: string, field: string]>([
    [[], 'tiers has no tier', 'tiers'],
    [[{ from: '1', to: null, ...unit }], 'tier 1 leaves a gap from 0 to 1', 'tiers.0'],
    [
      [
        { from: '0', to: '10', ...unit },
        { from: '10.000000000001', to: null, ...unit },
      ],
      'tier 2 leaves a gap from 10 to 10.000000000001',
      'tiers.1',
    ],
    [
      [
        { from: '0', to: '10', ...unit },
        { from: '9.5', to: null, ...unit },
      ],
      'tier 2 overlaps the tier before: it begins at 9.5, before 10',
      'tiers.1',
    ],
    [[{ from: '0', to: '10', ...unit }], 'tier 1 is the last and ends at 10: its to must be null', 'tiers.0'],
    [
      [
        { from: '0', to: null, ...unit },
        { from: '10', to: null, ...unit },
      ],
      'tier 2 comes after a tier without end',
      'tiers.1',
    ],
    [[{ from: '0', to: '0', ...unit }], 'tier 1 ends at 0, not after 0', 'tiers.0'],
    [[{ from: '0', to: null }], 'tier 1 has neither unit_amount nor flat_amount', 'tiers.0'],
    [[{ from: 'x', to: null, ...unit }], 'tier 1 has a from that is no decimal of 0 or more: x', 'tiers.0'],
    [
      [{ from: '0', to: null, unitAmount: '-1' }],
      'tier 1 has a unit_amount that is no decimal of 0 or more: -1',
      'tiers.0',
    ],
  ])('%j', (tiers, message, field) => {
    expect(readPrice(asked('volume', { tiers }), meter)).toEqual({
      ...{ ok: false, code: 'tiers_invalid', message, field },
    });
  });
});

describe('effective_from', () => {
  it('may be left out by the first version of a meter, currency and customer only', () => {
    const content = (over: Partial<PriceInput>) => {
      const read = readPrice(asked('per_unit', { unitAmount: '1' }, over), meter);
      if (!read.ok) throw new Error(read.message);
      return read.value;
    };
    const book = makePriceBook([makePrice(content({}), 'p', { sequence: 1, nowMs: 0 })]);
    expect(checkValidity(content({}), book)?.code).toBe('effective_from_required');
    expect(checkValidity(content({ effectiveFromMs: 0 }), book)).toBeNull();
    expect(checkValidity(content({ currency: 'EUR' }), book)).toBeNull();
    expect(checkValidity(content({ customerId: 'acme' }), book)).toBeNull();
  });
});
