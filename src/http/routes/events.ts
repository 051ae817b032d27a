/** Reporting usage and looking at what is stored. */
import type { IncomingHttpHeaders } from 'node:http';
import { formatTime, type ListedEvent } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import { limits } from '../../limits.ts';
import type { StoredEvent } from '../../usecases/browse-events.ts';
import type { Reporter, ReportUsage } from '../../usecases/report-usage.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { assertOwn, callerOf } from '../check-access.ts';
import { compileSchema } from '../check-request.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { plainFraming, readEventBody, traceparentIn } from '../event-body.ts';
import { throwIfRefused, toIngestAnswer } from '../ingest-answer.ts';
import { readLimit, readSpan, readView } from '../parameters.ts';
import { HttpProblem } from '../problem.ts';
import { sendLines } from '../row-formats.ts';
import * as schemas from '../schemas/events.ts';
import { problemResponse } from '../schemas/shared.ts';
import { toCorrection } from './corrections.ts';

export function eventRoutes(app: FastifyInstance, useCases: UseCases): void {
  addReport(app, useCases);
  addList(app, useCases);
  addOne(app, useCases);
}

function addReport(app: FastifyInstance, { reportUsage }: UseCases): void {
  app.post(
    '/v1/events',
    {
      config: { bodyBytesMax: limits.eventsBodyBytesMax, rawBody: true },
      // The body is checked by the event validator, member by member, not as a whole.
      validatorCompiler: ({ schema, httpPart }) =>
        httpPart === 'body' ? () => true : compileSchema(schema as object),
      schema: {
        summary: 'Report usage: one event or a batch; answered when it is durable',
        tags: ['events'],
        querystring: schemas.ResultsQuery,
        body: schemas.eventsBody,
        response: { 200: schemas.IngestAnswer, ...problemResponse },
      },
    },
    async (request) => {
      const bytes = request.body as Buffer;
      const { lone, outcomes: undecided } = report(reportUsage, bytes, request.headers, callerOf(request));
      const outcomes = await undecided;
      const listAll = (request.query as { results?: 'all' }).results === 'all';
      const answer = toIngestAnswer(outcomes, listAll);
      const { accepted, duplicates, conflicts, rejected } = answer;
      request.eventCounts = { accepted, duplicates, conflicts, rejected };
      if (lone && outcomes[0]) throwIfRefused(outcomes[0]);
      return answer;
    },
  );
}

/** Most bodies are plain and are read from their bytes; the others are parsed. */
function report(reportUsage: ReportUsage, bytes: Buffer, headers: IncomingHttpHeaders, reporter: Reporter) {
  const framing = plainFraming(headers);
  if (framing !== null) {
    const body = { bytes, framing, traceparent: traceparentIn(headers) };
    const plain = reportUsage.plain(body, reporter);
    if (plain !== null) return plain;
  }
  const { submissions, lone } = readEventBody(bytes, headers);
  return { lone, outcomes: reportUsage(submissions, reporter) };
}

function addList(app: FastifyInstance, { listEvents, streamEvents }: UseCases): void {
  app.get(
    '/v1/events',
    {
      schema: {
        summary:
          'List stored events as they count, newest first: without voided ones, amended ones as amended',
        tags: ['events'],
        querystring: schemas.EventsQuery,
        response: { 200: schemas.EventList, ...problemResponse },
      },
    },
    async (request, reply) => {
      const query = request.query as EventsParameters;
      const limit = readLimit(query.limit);
      const question = readQuestion(query);
      if (query.format === 'ndjson' && query.limit === undefined) {
        return sendLines(reply, toLines(streamEvents(question)));
      }
      const events = await listEvents({ ...question, limit });
      if (query.format === 'ndjson') return sendLines(reply, toLines([events]));
      const last = events.length === limit ? events.at(-1) : undefined;
      return {
        items: events.map(toListedEvent),
        next_cursor: last ? encodeCursor([last.timeMs, last.sequence]) : null,
      };
    },
  );
}

function addOne(app: FastifyInstance, { findEvent }: UseCases): void {
  app.get(
    '/v1/events/:source/:id',
    {
      schema: {
        summary: 'One stored event by its identity, as first accepted, with its corrections',
        tags: ['events'],
        params: schemas.EventPath,
        response: { 200: schemas.StoredEventWithCorrections, ...problemResponse },
      },
    },
    async (request) => {
      const found = await findEvent(request.params as { source: string; id: string });
      if (!found) throw new HttpProblem('not_found', 'no event with this source and id is stored');
      assertOwnEvent(callerOf(request), found.event, found.corrections);
      const corrections = found.corrections.map(toCorrection);
      return { ...toListedEvent(found.event), ...(corrections.length > 0 && { corrections }) };
    },
  );
}

async function* toLines(pieces: AsyncIterable<StoredEvent[]> | Iterable<StoredEvent[]>) {
  for await (const events of pieces) {
    yield events.map((event) => `${JSON.stringify(toListedEvent(event))}\n`).join('');
  }
}

interface EventsParameters {
  customer_id?: string;
  service?: string;
  source?: string;
  from?: string;
  to?: string;
  order?: 'asc' | 'desc';
  cursor?: string;
  limit?: string;
  filter?: string;
  as_of?: string;
  format?: 'json' | 'ndjson';
}

function readQuestion(query: EventsParameters) {
  const { customer_id: customerId, service, source, cursor, order = 'desc' } = query;
  const place = decodeCursor(cursor, ['number', 'number']) as [number, number] | null;
  const { where, asOf } = readView(query);
  const filter = {
    ...(customerId !== undefined && { customerId }),
    ...(service !== undefined && { service }),
    ...(source !== undefined && { source }),
    ...(where !== undefined && { where }),
    ...readSpan(query),
  };
  const after = place && { timeMs: place[0], sequence: place[1] };
  return { filter, order, after, ...(asOf !== undefined && { asOf }) };
}

export function toListedEvent(event: StoredEvent): ListedEvent {
  return {
    source: event.source,
    id: event.id,
    customer_id: event.customerId,
    service: event.service,
    time: formatTime(event.timeMs),
    quantity: event.quantity,
    ...(event.amount !== null && { amount: event.amount }),
    properties: Object.fromEntries(event.properties),
    ...(event.traceparent !== '' && { traceparent: event.traceparent }),
    sequence: String(event.sequence),
    received_at: formatTime(event.receivedAtMs),
  };
}

/** An event that a correction gave to another customer is shown to neither: its answer names both. */
export function assertOwnEvent(
  caller: ReturnType<typeof callerOf>,
  event: Pick<StoredEvent, 'customerId'>,
  corrections: readonly { readonly event: Pick<StoredEvent, 'customerId'> | null }[],
): void {
  assertOwn(caller, event.customerId);
  for (const { event: amended } of corrections) if (amended) assertOwn(caller, amended.customerId);
}
