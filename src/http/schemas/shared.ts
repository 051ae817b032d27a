/** Schemas that several routes use. Requests are checked by them as they stand; nothing is coerced or defaulted. */
import { eventLimits } from '@countinghouse/client/wire';
import { Type } from 'typebox';
import { limits } from '../../limits.ts';

export const Id = Type.String({
  minLength: 1,
  maxLength: eventLimits.idLengthMax,
  description: '1 to 128 characters.',
});
export const Name = Type.String({ minLength: 1, maxLength: eventLimits.idLengthMax });
export const Time = Type.String({ description: 'RFC 3339.', examples: ['2026-11-24T10:00:00.123Z'] });
export const Decimal = Type.String({
  pattern: '^-?\\d{1,26}(\\.\\d{1,12})?$',
  description: 'An exact decimal: at most 26 digits before and 12 after the point.',
  examples: ['5.5'],
});
/** How a decimal may be written by a caller. */
export const WrittenDecimal = Type.Union([Decimal, Type.Number()], {
  description: 'A decimal as a string, or a JSON number written with at most 15 significant digits.',
});
export const ExactDecimal = Type.String({ description: 'Exact, shortest plain form.', examples: ['0.5'] });
export const Sequence = Type.String({ description: 'A place in the one order of all changes. Opaque.' });

/** Of questions of usage and costs. */
export const AsOf = Type.String({
  description: 'A sequence that an answer gave, or an RFC 3339 time: what was stored later does not count.',
});
export const Filter = Type.String({
  description:
    'JSON: { "field", "op": eq|in|exists|lt|lte|gt|gte|prefix, "value" } or { "all"|"any": [ … ] }. Fields: properties.NAME, source, customer_id, service, quantity, amount.',
  examples: ['{"field":"properties.region","op":"eq","value":"eu-west-1"}'],
});

export const PageQuery = {
  cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
  limit: Type.Optional(
    Type.String({
      pattern: '^[1-9]\\d{0,3}$',
      description: `1 to ${limits.pageItemsMax}; default ${limits.pageItemsDefault}.`,
    }),
  ),
};

export const NextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Where the next page begins; null on the last page.',
});

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong and what to do.' }),
    code: Type.String({ description: 'From the closed catalogue, docs/errors.md.' }),
    field: Type.Optional(Type.String()),
    request_id: Type.String(),
    source: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    stored_fingerprint: Type.Optional(Type.String()),
    sent_fingerprint: Type.Optional(Type.String()),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details.' },
);

/** Every route may answer with a problem. */
export const problemResponse = {
  default: {
    description: 'A problem.',
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  },
};

export const UnpricedList = Type.Array(
  Type.Object({
    customer_id: Type.String(),
    service: Type.String(),
    meter: Type.String(),
    reason: Type.Union(
      ['customer_unknown', 'service_unknown', 'price_missing', 'currency_mismatch', 'dimension_unpriced'].map(
        (reason) => Type.Literal(reason),
      ),
    ),
    quantity: ExactDecimal,
    events: Type.Integer(),
  }),
  { description: 'Usage that has no price, and why. It is never counted as zero.' },
);
