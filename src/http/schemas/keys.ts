/** API keys on the wire. The text of a key stands in one answer only: that to whoever made or rotated it. */
import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { scopes } from '../../usecases/identify-caller.ts';
import { Id, Name, Time } from './shared.ts';

const Scopes = Type.Array(Type.String({ description: `One of ${scopes.join(', ')}.` }), {
  description: 'What the key may do. admin may do everything; no other scope includes another.',
  maxItems: scopes.length,
});

export const KeyBody = Type.Object(
  {
    name: Name,
    scopes: Scopes,
    source: Type.Optional(
      Type.String({ description: 'The source of events that name none. Default: the name. Fixed for ever.' }),
    ),
    customer_id: Type.Optional(
      Type.String({ description: "Only this customer's data. Left out: everybody's." }),
    ),
  },
  { additionalProperties: false },
);

export const RotateBody = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        description: `How long the old secrets go on, 0 to ${limits.keyOverlapSecondsMax}. Default: ${limits.keyOverlapSecondsDefault}, a day.`,
      }),
    ),
  },
  { additionalProperties: false },
);

export const NamePath = Type.Object({ name: Id });

const members = {
  name: Type.String(),
  scopes: Scopes,
  source: Type.String(),
  customer_id: Type.Optional(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('revoked')]),
  created_at: Time,
  created_by: Type.String({ description: 'The name of the key that made it, or local.' }),
  revoked_at: Type.Optional(Time),
  revoked_by: Type.Optional(Type.String()),
  secrets: Type.Array(
    Type.Object({
      prefix: Type.String({ description: 'How the secret begins.', examples: ['chk_2lFA6Lbo'] }),
      created_at: Time,
      created_by: Type.String(),
      ends_at: Type.Optional(Time),
    }),
    { description: 'Several while a rotation overlaps; the oldest first.' },
  ),
};

export const ApiKey = Type.Object(members);
export const ShownKey = Type.Object(
  { key: Type.String({ description: 'The secret, shown this once and kept nowhere.' }), ...members },
  { description: 'The key to send as Authorization: Bearer.' },
);
