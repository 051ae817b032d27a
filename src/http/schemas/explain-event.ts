/** An event explained, on the wire: from the event up to the lines it is in. */
import { Type } from 'typebox';
import { Correction } from './corrections.ts';
import { StoredEvent } from './events.ts';
import { AsOf, ExactDecimal, Sequence, Time } from './shared.ts';

export const ExplainEventQuery = Type.Object({ as_of: Type.Optional(AsOf) }, { additionalProperties: false });

const withAndWithout = Type.Object(
  { now: ExactDecimal, without: ExactDecimal, difference: ExactDecimal },
  { description: 'Exact and unrounded: a plain decimal, or a reduced "n/d" where none ends.' },
);
const Dimension = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

const MeterReading = Type.Object({
  meter: Type.String(),
  in: Type.Boolean(),
  value: Type.Optional(Type.String({ description: 'What the event brings to the meter.' })),
  reason: Type.Optional(
    Type.Union(
      ['filtered_out', 'property_missing', 'property_not_numeric', 'other_service'].map((one) =>
        Type.Literal(one),
      ),
    ),
  ),
  filter: Type.Optional(
    Type.Unsafe<unknown>({
      description: 'The part of the filter that it does not meet, as the meter has it.',
    }),
  ),
  property: Type.Optional(Type.String()),
});

const Line = Type.Object({
  line: Type.String(),
  meter: Type.String(),
  dimension: Type.Optional(Dimension),
  in: Type.Boolean({
    description: 'false: the event only changes it, by a level that it ends or that holds on.',
  }),
  quantity: withAndWithout,
  exact_amount: withAndWithout,
});

const Period = Type.Object({
  period: Type.String({ examples: ['2026-10'] }),
  from: Time,
  to: Time,
  status: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  statement: Type.Union([Type.String(), Type.Null()], { description: 'Where it was billed on time.' }),
  currency: Type.String(),
  lines: Type.Array(Line),
  unpriced: Type.Array(
    Type.Object({ meter: Type.String(), dimension: Type.Optional(Dimension), reason: Type.String() }),
  ),
  late: Type.Optional(
    Type.Object(
      {
        policy: Type.String(),
        statement: Type.Union([Type.String(), Type.Null()]),
        period: Type.Union([Type.String(), Type.Null()]),
      },
      { description: 'It came after the close: the statement, or the open period, that has the adjustment.' },
    ),
  ),
});

export const EventExplanation = Type.Object({
  state: Type.Union(['counted', 'suspended', 'voided'].map((state) => Type.Literal(state))),
  as_of: Sequence,
  event: StoredEvent,
  corrections: Type.Array(Correction),
  counts_as: Type.Union([StoredEvent, Type.Null()], {
    description: 'With its corrections; null when voided.',
  }),
  missing: Type.Array(Type.Union([Type.Literal('customer'), Type.Literal('service')]), {
    description: 'The records that it waits for.',
  }),
  meters: Type.Array(MeterReading, { description: 'Every meter of its service.' }),
  periods: Type.Array(Period, {
    description: 'The period that it lies in, and later ones that a level of it holds on into.',
  }),
});
