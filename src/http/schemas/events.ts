/** The event as it is reported and listed. The validator of the client package decides; a property test holds this to it. */
import { eventLimits } from '@countinghouse/client/wire';
import { Type } from 'typebox';
import { Correction } from './corrections.ts';
import {
  AsOf,
  ExactDecimal,
  Filter,
  Id,
  NextCursor,
  PageQuery,
  Sequence,
  Time,
  WrittenDecimal,
} from './shared.ts';

const PropertyValue = Type.Union([
  Type.String({ maxLength: eventLimits.propertyStringLengthMax }),
  Type.Number(),
  Type.Boolean(),
]);

export const Event = Type.Object(
  {
    source: Type.Optional(Id),
    id: Id,
    customer_id: Id,
    service: Id,
    time: Type.Optional(Time),
    quantity: Type.Optional(WrittenDecimal),
    amount: Type.Optional(WrittenDecimal),
    properties: Type.Optional(
      Type.Object(
        {},
        {
          patternProperties: { '^[A-Za-z0-9_.-]{1,64}$': PropertyValue },
          additionalProperties: false,
          maxProperties: eventLimits.propertiesMax,
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        source: 'api-gateway',
        id: '01932f6e-7c1a-7000-8000-000000000001',
        customer_id: 'cust_42',
        service: 'APIRequests',
        time: '2026-11-24T10:00:00.123Z',
        quantity: '5.5',
        properties: { region: 'eu-west-1' },
      },
    ],
  },
);

const CloudEvent = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Id,
    source: Id,
    type: Type.String({ description: 'The service.' }),
    subject: Type.String({ description: 'The customer id.' }),
    time: Type.Optional(Time),
    data: Type.Optional(
      Type.Object(
        {},
        {
          description: 'quantity (or value), amount; other members are properties.',
          additionalProperties: true,
        },
      ),
    ),
  },
  { additionalProperties: true },
);

const ndjson = { schema: Type.String({ description: 'One event a line.' }) };

export const eventsBody = {
  content: {
    'application/json': { schema: Type.Union([Event, Type.Array(Event, { maxItems: 10_000 })]) },
    'application/x-ndjson': ndjson,
    'application/cloudevents+json': { schema: CloudEvent },
    'application/cloudevents-batch+json': { schema: Type.Array(CloudEvent) },
  },
};

export const ResultsQuery = Type.Object(
  {
    results: Type.Optional(
      Type.Literal('all', { description: 'List every result, not only those to look at.' }),
    ),
  },
  { additionalProperties: false },
);

const Result = Type.Object({
  index: Type.Integer(),
  source: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
  status: Type.Union(['accepted', 'duplicate', 'conflict', 'rejected'].map((status) => Type.Literal(status))),
  code: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  warnings: Type.Optional(Type.Array(Type.String())),
  stored_fingerprint: Type.Optional(Type.String()),
  sent_fingerprint: Type.Optional(Type.String()),
});

export const IngestAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  conflicts: Type.Integer(),
  rejected: Type.Integer(),
  results: Type.Array(Result),
});

export const EventsQuery = Type.Object(
  {
    customer_id: Type.Optional(Id),
    service: Type.Optional(Id),
    source: Type.Optional(Id),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    order: Type.Optional(
      Type.Union([Type.Literal('asc'), Type.Literal('desc')], { description: 'Default desc: newest first.' }),
    ),
    filter: Type.Optional(Filter),
    as_of: Type.Optional(AsOf),
    format: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('ndjson')], {
        description: 'ndjson: an event a line; all that match, not a page, unless limit says how many.',
      }),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const EventPath = Type.Object({ source: Id, id: Id });

const storedEvent = {
  source: Type.String(),
  id: Type.String(),
  customer_id: Type.String(),
  service: Type.String(),
  time: Time,
  quantity: ExactDecimal,
  amount: Type.Optional(ExactDecimal),
  properties: Type.Object({}, { additionalProperties: PropertyValue }),
  traceparent: Type.Optional(Type.String()),
  sequence: Sequence,
  received_at: Time,
};

export const StoredEvent = Type.Object(storedEvent);
export const StoredEventWithCorrections = Type.Object({
  ...storedEvent,
  corrections: Type.Optional(
    Type.Array(Correction, { description: 'Oldest first; the last one says how the event counts.' }),
  ),
});

export const EventList = Type.Object({ items: Type.Array(StoredEvent), next_cursor: NextCursor });
