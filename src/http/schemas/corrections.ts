/** Corrections on the wire (MONEY.md 5.6). What an amend sends is checked by the event validator, not here. */
import { Type } from 'typebox';
import { ExactDecimal, Id, NextCursor, PageQuery, Sequence, Time } from './shared.ts';

const Action = Type.Union([Type.Literal('void'), Type.Literal('amend')]);

export const CorrectionBody = Type.Object(
  {
    id: Type.String({
      description: "The correction's own id: the same one with the same content is a retry.",
    }),
    action: Action,
    source: Type.String({ description: 'Of the event.' }),
    event_id: Type.String({ description: 'The id of the event.' }),
    reason: Type.String({ description: '1 to 1024 characters.' }),
    event: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description:
            'amend: members that replace those of the event as first accepted, any but source and id; properties as a whole.',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

const PropertyValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

export const Correction = Type.Object({
  id: Type.String(),
  action: Action,
  source: Type.String(),
  event_id: Type.String(),
  reason: Type.String(),
  actor: Type.String(),
  event: Type.Optional(
    Type.Object(
      {
        customer_id: Type.String(),
        service: Type.String(),
        time: Time,
        quantity: ExactDecimal,
        amount: Type.Optional(ExactDecimal),
        properties: Type.Object({}, { additionalProperties: PropertyValue }),
      },
      { description: 'amend: the whole content that counts from this correction on.' },
    ),
  ),
  sequence: Sequence,
  received_at: Time,
});

export const CorrectionPreview = Type.Object({
  changes: Type.Array(
    Type.Object({
      customer_id: Type.String(),
      period: Type.String({ examples: ['2026-10'] }),
      line: Type.String(),
      currency: Type.String(),
      amount_before: Type.String({ description: "Rounded, with the currency's minor digits." }),
      amount_after: Type.String(),
      difference: Type.String(),
    }),
    { description: 'The lines that would change; empty where none does.' },
  ),
});

export const CorrectionsQuery = Type.Object(
  { source: Type.Optional(Id), event_id: Type.Optional(Id), ...PageQuery },
  { additionalProperties: false },
);

export const CorrectionList = Type.Object({ items: Type.Array(Correction), next_cursor: NextCursor });
