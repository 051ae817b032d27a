/** Customers, services and suspense on the wire. */
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { ExactDecimal, Id, Name, NextCursor, PageQuery, Sequence, Time } from './shared.ts';

export const IdPath = Type.Object({ id: Id });
export const PageOnlyQuery = Type.Object(PageQuery, { additionalProperties: false });

const TimeZone = Type.String({ description: 'IANA. Default at creation: UTC.', examples: ['Europe/Berlin'] });
export const Currency = Type.String({
  description: 'ISO 4217. Default at creation: USD.',
  examples: ['USD'],
});
const Tags = Type.Object({}, { additionalProperties: Type.String(), maxProperties: limits.tagsMax });

const LatePolicy = Type.Union([Type.Literal('next'), Type.Literal('ignore')], {
  description:
    "What becomes of usage that arrives for a closed period. Left out at creation: the instance's policy, always.",
});

export const CustomerBody = Type.Object(
  {
    name: Name,
    time_zone: Type.Optional(TimeZone),
    currency: Type.Optional(Currency),
    tags: Type.Optional(Tags),
    late_policy: Type.Optional(LatePolicy),
  },
  { additionalProperties: false, description: 'Members left out keep their stored value.' },
);

export const Customer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  time_zone: Type.String(),
  currency: Type.String(),
  tags: Tags,
  late_policy: Type.Optional(LatePolicy),
  archived: Type.Boolean(),
  sequence: Sequence,
  created_at: Time,
  updated_at: Time,
});

export const ServiceBody = Type.Object(
  {
    name: Name,
    unit: Type.Optional(
      Type.String({ description: 'What one quantity is called. Default at creation: unit.' }),
    ),
    allow_negative: Type.Optional(Type.Boolean({ description: 'Default at creation: false.' })),
  },
  { additionalProperties: false, description: 'Members left out keep their stored value.' },
);

export const Service = Type.Object({
  id: Type.String(),
  name: Type.String(),
  unit: Type.String(),
  allow_negative: Type.Boolean(),
  archived: Type.Boolean(),
  sequence: Sequence,
  created_at: Time,
  updated_at: Time,
});

export const SuspenseList = Type.Object({
  items: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      service: Type.String(),
      missing: Type.Array(Type.Union([Type.Literal('customer'), Type.Literal('service')])),
      events: Type.Integer(),
      quantity: ExactDecimal,
      first_time: Time,
      last_time: Time,
    }),
  ),
  next_cursor: NextCursor,
});

export const listOf = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: NextCursor });
