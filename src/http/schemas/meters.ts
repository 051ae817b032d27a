/** Meters on the wire (MONEY.md 5.1). Filters are read by the domain, which names the part that is wrong. */
import { Type } from 'typebox';
import { Id, Name, PageQuery, Sequence, Time } from './shared.ts';

const aggregation = [
  Type.Literal('count'),
  Type.Literal('sum'),
  Type.Literal('max'),
  Type.Literal('min'),
  Type.Literal('average'),
  Type.Literal('latest'),
  Type.Literal('unique'),
  Type.Literal('p50'),
  Type.Literal('p95'),
  Type.Literal('p99'),
  Type.Literal('time_weighted'),
];

const Per = Type.Union([Type.Literal('second'), Type.Literal('hour'), Type.Literal('day')], {
  description: 'time_weighted: the unit of time; a day has 86,400 seconds.',
});

const Filter = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      '{ "field", "op", "value" } with op eq, in, exists, lt, lte, gt, gte or prefix, or { "all" | "any": [ … ] }. Fields: properties.NAME, customer_id, service, source, quantity, amount.',
    examples: [{ all: [{ field: 'properties.region', op: 'in', value: ['eu', 'us'] }] }],
  },
);

const Value = Type.String({
  description: 'quantity (default) or properties.NAME.',
  examples: ['properties.bytes'],
});

export const MeterBody = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    service: Id,
    aggregation: Type.Union(aggregation, {
      description: 'unique is exact; p50, p95, p99 take the nearest rank.',
    }),
    value: Type.Optional(Value),
    filter: Type.Optional(Filter),
    dimensions: Type.Optional(
      Type.Array(Type.String(), {
        description: 'properties.NAME: what prices may tell apart. Default: any.',
      }),
    ),
    series_by: Type.Optional(
      Type.Array(Type.String(), {
        description: 'time_weighted: one level for each value of these; default ["source"].',
      }),
    ),
    per: Type.Optional(Per),
  },
  { additionalProperties: false },
);

export const Meter = Type.Object({
  id: Type.String(),
  name: Type.String(),
  service: Type.String(),
  aggregation: Type.String(),
  value: Type.String(),
  filter: Type.Optional(Filter),
  dimensions: Type.Array(Type.String()),
  series_by: Type.Optional(Type.Array(Type.String())),
  per: Type.Optional(Per),
  default: Type.Optional(
    Type.Boolean({ description: 'true: it is there since its service is; it has no sequence of its own.' }),
  ),
  sequence: Type.Optional(Sequence),
  created_at: Type.Optional(Time),
});

export const MetersQuery = Type.Object(
  { service: Type.Optional(Id), ...PageQuery },
  { additionalProperties: false },
);
