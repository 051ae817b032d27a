/** The audit log on the wire. */
import { Type } from 'typebox';
import { NextCursor, PageQuery, Sequence, Time } from './shared.ts';

const Action = Type.Union([
  Type.Literal('create'),
  Type.Literal('replace'),
  Type.Literal('archive'),
  Type.Literal('close'),
  Type.Literal('void'),
  Type.Literal('amend'),
  Type.Literal('rotate'),
  Type.Literal('revoke'),
]);

const Subject = Type.Union([
  Type.Literal('customer'),
  Type.Literal('service'),
  Type.Literal('meter'),
  Type.Literal('price'),
  Type.Literal('statement'),
  Type.Literal('correction'),
  Type.Literal('settings'),
  Type.Literal('api_key'),
]);

const Snapshot = Type.Object({}, { additionalProperties: true });

export const AuditQuery = Type.Object(
  {
    actor: Type.Optional(Type.String({ description: 'Whose key it was; `local` for callers without one.' })),
    action: Type.Optional(Action),
    subject: Type.Optional(Subject),
    subject_id: Type.Optional(Type.String()),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const AuditList = Type.Object({
  items: Type.Array(
    Type.Object({
      sequence: Sequence,
      at: Time,
      actor: Type.String(),
      action: Action,
      subject: Subject,
      subject_id: Type.String(),
      before: Type.Union([Snapshot, Type.Null()], { description: 'null: there was nothing before.' }),
      after: Snapshot,
    }),
  ),
  next_cursor: NextCursor,
});
