/** Rankings, growth, forecasts and anomalies on the wire. Every answer says by what method it was made. */
import { Type } from 'typebox';
import { Decimal, ExactDecimal, Id, PageQuery, Time } from './shared.ts';

const span = { from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) };
const by = Type.Union([Type.Literal('customer_id'), Type.Literal('service')], {
  description: 'Whom the figures are about.',
});
const zone = Type.Optional(Type.String({ description: 'IANA; decides what the current month or a day is.' }));
const Method = Type.String({ description: 'How the figures were made, in words.' });
const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const TopQuery = Type.Object(
  {
    by,
    rank_by: Type.Optional(
      Type.Union(
        ['cost', 'quantity', 'events'].map((name) => Type.Literal(name)),
        { description: 'Default: cost.' },
      ),
    ),
    ...span,
    time_zone: zone,
    limit: PageQuery.limit,
  },
  { additionalProperties: false },
);

export const TopAnswer = Type.Object({
  method: Method,
  ...{ by, rank_by: Type.String(), from: Time, to: Time, time_zone: Type.String() },
  rankings: Type.Array(
    Type.Object({
      currency: Type.String(),
      total: ExactDecimal,
      items: Type.Array(
        Type.Object(
          {
            rank: Type.Integer(),
            quantity: ExactDecimal,
            events: Type.Integer(),
            cost: ExactDecimal,
            share: nullable('Of the total, 6 digits; null where the total is 0.'),
          },
          { additionalProperties: true, description: 'customer_id or service stands beside these.' },
        ),
      ),
    }),
    { description: 'One for each currency of the customers.' },
  ),
});

export const GrowthQuery = Type.Object(
  {
    by,
    ...span,
    before_from: Type.Optional(
      Type.String({ description: 'Default: the month before, or the same length of time before from.' }),
    ),
    before_to: Type.Optional(Type.String()),
    time_zone: zone,
    limit: PageQuery.limit,
  },
  { additionalProperties: false },
);

const figures = Type.Object({
  ...{ before: ExactDecimal, now: ExactDecimal, change: ExactDecimal },
  growth: nullable('change ÷ |before|, 6 digits: 0.25 is a quarter more; null where before is 0.'),
});

export const GrowthAnswer = Type.Object({
  method: Method,
  ...{ by, from: Time, to: Time, before_from: Time, before_to: Time, time_zone: Type.String() },
  items: Type.Array(
    Type.Object(
      {
        ...{ currency: Type.String(), cost: figures, quantity: figures },
        events: Type.Object({ before: Type.Integer(), now: Type.Integer() }),
      },
      { additionalProperties: true, description: 'customer_id or service stands beside these.' },
    ),
  ),
});

export const ForecastQuery = Type.Object({ customer_id: Id }, { additionalProperties: false });

export const ForecastAnswer = Type.Object({
  method: Method,
  ...{ customer_id: Type.String(), period: Type.String(), from: Time, to: Time, now: Time },
  currency: Type.String(),
  lines: Type.Array(
    Type.Object(
      {
        ...{ line: Type.String(), service: Type.String(), meter: Type.String() },
        basis: Type.Union(['weeks', 'pace', 'as_it_stands'].map((name) => Type.Literal(name))),
        quantity_so_far: ExactDecimal,
        weeks: Type.Array(ExactDecimal, {
          description: 'What each of the last weeks brought, the latest first.',
        }),
        ...{ quantity_expected: ExactDecimal, quantity: ExactDecimal },
        ...{ cost_so_far: ExactDecimal, exact_amount: ExactDecimal, amount: Type.String() },
      },
      { additionalProperties: true, description: 'dimension stands beside these where the price has one.' },
    ),
  ),
  total: Type.String({ description: 'The sum of the rounded amounts.' }),
});

export const AnomalyQuery = Type.Object(
  {
    customer_id: Id,
    service: Type.Optional(Id),
    ...span,
    time_zone: zone,
    threshold: Type.Optional(Decimal),
    all: Type.Optional(
      Type.Union([Type.Literal('true'), Type.Literal('false')], {
        description: 'Days that are in order, too.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const AnomalyAnswer = Type.Object({
  method: Method,
  ...{ customer_id: Type.String(), from: Time, to: Time, time_zone: Type.String(), threshold: ExactDecimal },
  items: Type.Array(
    Type.Object({
      ...{ service: Type.String(), day_start: Time, day_end: Time, quantity: ExactDecimal },
      before: Type.Array(ExactDecimal, {
        description: 'The same weekday of the weeks before, the latest first.',
      }),
      ...{ median: ExactDecimal, median_deviation: ExactDecimal, spread: ExactDecimal },
      score: nullable('|quantity − median| ÷ spread, 6 digits; null where the spread is 0.'),
      is_anomaly: Type.Boolean(),
    }),
  ),
});
