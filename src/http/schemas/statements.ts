/** Statements on the wire. */
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { ExactDecimal, Id, NextCursor, PageQuery, Sequence, Time } from './shared.ts';

const statementIdLengthMax = 128 + ':2026-10'.length;
const StatementId = Type.String({
  minLength: 1,
  maxLength: statementIdLengthMax,
  examples: ['cust_42:2026-10'],
});
const Period = Type.String({ description: 'A month.', examples: ['2026-10'] });
const Money = Type.String({ description: "With the currency's minor digits.", examples: ['20.00'] });
const ExactNumber = Type.String({
  description: 'Exact: a plain decimal, or reduced "n/d" where no decimal terminates.',
  examples: ['0.5', '1/3'],
});
const Dimension = Type.Optional(
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
    description:
      'The dimension value; null: the events lack the property. Absent where the price has no dimension.',
  }),
);
const Hash = Type.String({ description: 'SHA-256, lower-case hex.' });
const HashOrNull = Type.Union([Hash, Type.Null()]);

export const StatementPath = Type.Object({ id: StatementId });
export const LinePath = Type.Object({ id: StatementId, line: Type.String({ minLength: 1 }) });

const format = (...names: string[]) => Type.Optional(Type.Union(names.map((name) => Type.Literal(name))));
const AsOf = Type.Optional(
  Type.String({
    description: 'A sequence that an answer gave, or an RFC 3339 time: what was known then counts.',
  }),
);

export const DraftQuery = Type.Object(
  { period: Period, as_of: AsOf, format: format('json', 'csv', 'html') },
  { additionalProperties: false },
);
export const StatementQuery = Type.Object(
  { format: format('json', 'csv', 'html') },
  { additionalProperties: false },
);
export const StatementsQuery = Type.Object(
  { period: Type.Optional(Period), customer_id: Type.Optional(Id), ...PageQuery },
  { additionalProperties: false },
);
export const CloseBody = Type.Object({ period: Period }, { additionalProperties: false });
export const CloseGroupBody = Type.Object(
  {
    period: Period,
    after: Type.Optional(Type.String({ description: 'next_after of the group before.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.closeGroupMax })),
  },
  { additionalProperties: false },
);

const Slice = Type.Object({
  price_id: Type.String(),
  from: Time,
  to: Time,
  quantity: ExactNumber,
  events: Type.Integer(),
  exact_amount: ExactNumber,
});

export const Line = Type.Object({
  line: Type.String({ description: 'The same for this meter and dimension value on every statement.' }),
  meter: Type.String(),
  dimension: Dimension,
  from: Time,
  to: Time,
  quantity: ExactNumber,
  events: Type.Integer(),
  slices: Type.Array(Slice),
  exact_amount: ExactNumber,
  amount: Money,
});

const Adjustment = Type.Object({
  period: Period,
  line: Type.String(),
  meter: Type.String(),
  dimension: Dimension,
  quantity: ExactNumber,
  amount: Money,
  ignored_amount: Type.Optional(Money),
});

export const Statement = Type.Object({
  id: StatementId,
  customer_id: Type.String(),
  period: Period,
  from: Time,
  to: Time,
  time_zone: Type.String(),
  currency: Type.String(),
  rounding: Type.Union([Type.Literal('half_away_from_zero'), Type.Literal('half_even')]),
  status: Type.Union([Type.Literal('draft'), Type.Literal('closed')]),
  lines: Type.Array(Line),
  adjustments: Type.Array(Adjustment, { description: 'What came late for closed periods.' }),
  total: Money,
  watermark: Sequence,
  digest: Hash,
  previous_hash: HashOrNull,
  suspense: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      service: Type.String(),
      missing: Type.Array(Type.Literal('service')),
      quantity: ExactNumber,
      events: Type.Integer(),
    }),
  ),
  unpriced: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      service: Type.String(),
      meter: Type.String(),
      dimension: Dimension,
      reason: Type.Union(
        ['price_missing', 'currency_mismatch', 'dimension_unpriced'].map((reason) => Type.Literal(reason)),
      ),
      quantity: ExactNumber,
      events: Type.Integer(),
    }),
  ),
  hash: HashOrNull,
});

const StatementSummary = Type.Object({
  id: StatementId,
  customer_id: Type.String(),
  period: Period,
  from: Time,
  to: Time,
  currency: Type.String(),
  status: Type.Literal('closed'),
  total: Money,
  watermark: Sequence,
  digest: Hash,
  previous_hash: HashOrNull,
  hash: Hash,
  sequence: Sequence,
  closed_at: Time,
});

export const StatementList = Type.Object({ items: Type.Array(StatementSummary), next_cursor: NextCursor });
export const LineList = Type.Object({ items: Type.Array(Line), next_cursor: NextCursor });
export const PageOnly = Type.Object(PageQuery, { additionalProperties: false });

export const ClosedGroup = Type.Object({
  closed: Type.Integer(),
  closed_before: Type.Integer({ description: 'Those that had been closed already.' }),
  refused: Type.Array(
    Type.Object({ customer_id: Type.String(), code: Type.String(), detail: Type.String() }),
  ),
  next_after: Type.Union([Type.String(), Type.Null()], { description: 'null when no customer is left.' }),
});

export const Verification = Type.Object({
  verified: Type.Integer(),
  difference: Type.Union([
    Type.Null(),
    Type.Object({
      statement: StatementId,
      path: Type.String({ description: 'Where in the statement.' }),
      stored: Type.Any(),
      recomputed: Type.Any(),
    }),
  ]),
  next_cursor: NextCursor,
});

const EventOfLine = Type.Object({
  source: Type.String(),
  id: Type.String(),
  time: Time,
  quantity: ExactDecimal,
  amount: Type.Optional(ExactDecimal),
  sequence: Sequence,
});
export const LineEvents = Type.Object({ items: Type.Array(EventOfLine), next_cursor: NextCursor });

const Part = Type.Object({
  kind: Type.String({ description: 'units, credit, tier_units, tier_flat, packages, flat or amount.' }),
  tier: Type.Optional(Type.Integer({ description: "The tier's number, from 1." })),
  quantity: ExactNumber,
  rate: ExactNumber,
  amount: ExactNumber,
});

export const LineExplanation = Type.Object({
  statement: StatementId,
  line: Line,
  meter: Type.Any({ description: 'The meter, as GET /v1/meters/{id} shows it.' }),
  prices: Type.Array(Type.Any({ description: 'A price version, as GET /v1/prices/{id} shows it.' })),
  slices: Type.Array(
    Type.Object({
      price_id: Type.String(),
      from: Time,
      to: Time,
      quantity_before: ExactNumber,
      quantity: ExactNumber,
      events: Type.Integer(),
      amount_reported: ExactNumber,
      events_with_amount: Type.Integer(),
      included_quantity: ExactNumber,
      share: ExactNumber,
      parts: Type.Array(Part, { description: 'quantity × rate = amount; they add up to exact_amount.' }),
      exact_amount: ExactNumber,
    }),
  ),
  slice_total: ExactNumber,
  minimum: Type.Union([ExactNumber, Type.Null()]),
  maximum: Type.Union([ExactNumber, Type.Null()]),
  exact_amount: ExactNumber,
  rounding: Type.Object({ mode: Type.String(), digits: Type.Integer(), from: ExactNumber, to: Money }),
  days: Type.Array(Type.Object({ from: Time, to: Time, quantity: ExactNumber, events: Type.Integer() }), {
    description: "By local day in the customer's time zone. Of an additive meter they add up to the line.",
  }),
  carried_levels: Type.Array(EventOfLine),
  events: LineEvents,
});
