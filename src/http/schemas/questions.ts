/** Usage, costs and analysis on the wire. */
import { Type } from 'typebox';
import {
  AsOf,
  Decimal,
  ExactDecimal,
  Filter,
  Id,
  NextCursor,
  PageQuery,
  Time,
  UnpricedList,
} from './shared.ts';

const span = {
  from: Type.Optional(
    Type.String({ description: 'Inclusive, RFC 3339. Default: the start of the current month.' }),
  ),
  to: Type.Optional(
    Type.String({ description: 'Exclusive, RFC 3339. Default: the end of the current month.' }),
  ),
};

export const UsageQuery = Type.Object(
  {
    customer_id: Type.Optional(Id),
    service: Type.Optional(Id),
    meter: Type.Optional(Id),
    source: Type.Optional(Id),
    ...span,
    window: Type.Optional(
      Type.String({
        description: 'minute, hour, day, week, month or year, with an optional factor: 15minute, 2week.',
      }),
    ),
    time_zone: Type.Optional(
      Type.String({ description: "IANA. Default: the customer's when one is named, else UTC." }),
    ),
    group_by: Type.Optional(
      Type.String({
        description: 'Comma-separated: customer_id, service, source, properties.NAME.',
        examples: ['customer_id,service'],
      }),
    ),
    filter: Type.Optional(Filter),
    as_of: Type.Optional(AsOf),
    format: Type.Optional(
      Type.Union(
        ['json', 'csv', 'ndjson', 'parquet'].map((format) => Type.Literal(format)),
        { description: 'ndjson: a row a line. parquet: exact numbers are texts in it.' },
      ),
    ),
  },
  { additionalProperties: false },
);

const answerOf = (more: Record<string, ReturnType<typeof Type.String>>) =>
  Type.Object(
    { window_start: Time, window_end: Time, ...more, events: Type.Integer() },
    {
      additionalProperties: true,
      description: 'The keys of group_by stand beside these; null where an event has none.',
    },
  );

const head = {
  from: Time,
  to: Time,
  window: Type.Union([Type.String(), Type.Null()]),
  time_zone: Type.String(),
};

export const UsageAnswer = Type.Object({ ...head, rows: Type.Array(answerOf({ quantity: ExactDecimal })) });
export const CostAnswer = Type.Object({
  ...head,
  rows: Type.Array(answerOf({ cost: ExactDecimal, currency: Type.String() })),
  unpriced: UnpricedList,
});

export const CustomerUsageQuery = Type.Object(span, { additionalProperties: false });

export const CustomerUsage = Type.Object({
  customer_id: Type.String(),
  from: Time,
  to: Time,
  currency: Type.String(),
  services: Type.Array(
    Type.Object({
      service: Type.String(),
      unit: Type.String(),
      quantity: ExactDecimal,
      events: Type.Integer(),
      cost: Type.Union([Type.String(), Type.Null()], {
        description: 'Rounded to the minor unit; null when unpriced.',
      }),
    }),
  ),
  total_cost: Type.String(),
  unpriced: UnpricedList,
});

export const AnalysisQuery = Type.Object(
  {
    customer_id: Type.Optional(Id),
    ...span,
    time_zone: Type.Optional(Type.String()),
    low_below: Type.Optional(Decimal),
    medium_below: Type.Optional(Decimal),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const AnalysisList = Type.Object({
  items: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      events: Type.Integer(),
      total_quantity: ExactDecimal,
      total_cost: ExactDecimal,
      currency: Type.String(),
      usage_factor: ExactDecimal,
      category: Type.Union(['no', 'low', 'medium', 'high'].map((category) => Type.Literal(category))),
    }),
  ),
  next_cursor: NextCursor,
});
