/** Prices on the wire: every model, with tiers, dimensions and limits (MONEY.md 5.2). */
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { Currency } from './records.ts';
import { ExactDecimal, Id, PageQuery, Sequence, Time, WrittenDecimal } from './shared.ts';

const PropertyPath = Type.String({ pattern: '^properties\\.[A-Za-z0-9_.-]{1,64}$' });
const PropertyValue = Type.Union([Type.String({ maxLength: 1024 }), Type.Number(), Type.Boolean()]);

const written = (description: string) =>
  Type.Optional(Type.Union([...WrittenDecimal.anyOf], { description }));

const TierBody = Type.Object(
  {
    from: WrittenDecimal,
    to: Type.Optional(
      Type.Union([...WrittenDecimal.anyOf, Type.Null()], { description: 'null: without end.' }),
    ),
    unit_amount: written('Money per unit in the tier.'),
    flat_amount: written('Money for entering (graduated) or being in (volume) the tier.'),
  },
  { additionalProperties: false, description: 'Quantities above `from`, up to and with `to`.' },
);

const rateBody = {
  unit_amount: written('per_unit: money per unit.'),
  tiers: Type.Optional(
    Type.Array(TierBody, { maxItems: limits.priceTiersMax, description: 'graduated, volume.' }),
  ),
  package_size: written('package: units a package.'),
  package_amount: written('package: money a package, begun ones too.'),
  rate: written('percentage: a factor of the events’ amounts; 0.029 is 2.9 %.'),
  flat_amount: written('flat: money a period.'),
  included_quantity: written('per_unit, graduated, volume, package: units a period that cost nothing.'),
  minimum_amount: written('Money a period at least; prorated.'),
  maximum_amount: written('Money a period at most; prorated.'),
};

export const PriceBody = Type.Object(
  {
    id: Type.Optional(Id),
    service: Type.Optional(Id),
    meter: Type.Optional(Type.String({ description: "A service's default meter has the service's id." })),
    currency: Type.Optional(Currency),
    model: Type.Union(
      [
        Type.Literal('per_unit'),
        Type.Literal('graduated'),
        Type.Literal('volume'),
        Type.Literal('package'),
        Type.Literal('flat'),
        Type.Literal('percentage'),
        Type.Literal('pass_through'),
        Type.Literal('inherit'),
      ],
      { description: 'inherit ends the price of a customer: the general one counts again.' },
    ),
    ...rateBody,
    dimension: Type.Optional(
      Type.String({ description: 'properties.NAME: each value of it is a line with its own rate.' }),
    ),
    rates: Type.Optional(
      Type.Array(Type.Object({ value: PropertyValue, ...rateBody }, { additionalProperties: false })),
    ),
    fallback: Type.Optional(
      Type.Object(rateBody, {
        additionalProperties: false,
        description: 'For every other value, and for events that lack the property.',
      }),
    ),
    customer_id: Type.Optional(
      Type.String({ description: 'Only for this customer. Left out: for everyone.' }),
    ),
    effective_from: Type.Optional(
      Type.String({
        description: 'Valid from this moment (RFC 3339). Left out: since always; first version only.',
      }),
    ),
    applies_to_closed: Type.Optional(
      Type.Boolean({ description: 'Acts in periods that are closed already, too. Default: false.' }),
    ),
  },
  { additionalProperties: false },
);

const rate = {
  unit_amount: Type.Optional(ExactDecimal),
  tiers: Type.Optional(
    Type.Array(
      Type.Object({
        from: ExactDecimal,
        to: Type.Union([ExactDecimal, Type.Null()]),
        unit_amount: ExactDecimal,
        flat_amount: ExactDecimal,
      }),
    ),
  ),
  package_size: Type.Optional(ExactDecimal),
  package_amount: Type.Optional(ExactDecimal),
  rate: Type.Optional(ExactDecimal),
  flat_amount: Type.Optional(ExactDecimal),
  included_quantity: Type.Optional(ExactDecimal),
  minimum_amount: Type.Optional(ExactDecimal),
  maximum_amount: Type.Optional(ExactDecimal),
};

export const Price = Type.Object({
  id: Type.String(),
  meter: Type.String(),
  service: Type.String(),
  currency: Type.String(),
  model: Type.String(),
  ...rate,
  dimension: Type.Optional(PropertyPath),
  rates: Type.Optional(Type.Array(Type.Object({ value: PropertyValue, ...rate }))),
  fallback: Type.Optional(Type.Object(rate)),
  customer_id: Type.Optional(Type.String()),
  effective_from: Type.Optional(Time),
  applies_to_closed: Type.Optional(Type.Boolean()),
  sequence: Sequence,
  created_at: Time,
});

export const WhatIfBody = Type.Object(
  {
    prices: Type.Array(PriceBody, {
      minItems: 1,
      maxItems: limits.proposedPricesMax,
      description:
        'Proposed versions. Each acts from its effective_from (left out: from the beginning of the span) in place of the versions of its line that begin there or later.',
    }),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    customer_id: Type.Optional(Type.String({ description: 'Left out: every customer.' })),
  },
  { additionalProperties: false, description: 'Without from and to: the current month in UTC.' },
);

const costs = {
  currency: Type.String(),
  present_cost: ExactDecimal,
  proposed_cost: ExactDecimal,
  difference: ExactDecimal,
};

export const WhatIf = Type.Object({
  from: Time,
  to: Time,
  items: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      ...costs,
      present_unpriced_events: Type.Integer({ description: 'Events that no price says anything of.' }),
      proposed_unpriced_events: Type.Integer(),
    }),
    { description: 'Costs of the services whose prices are proposed: exact and unrounded, as /v1/costs.' },
  ),
  totals: Type.Array(Type.Object(costs), { description: 'One for each currency.' }),
});

export const PricesQuery = Type.Object(
  { service: Type.Optional(Id), meter: Type.Optional(Id), customer_id: Type.Optional(Id), ...PageQuery },
  { additionalProperties: false },
);
