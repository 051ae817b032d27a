/** Corrections of stored events: entries of their own; the event stays as it was accepted. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/corrections.ts';
import { IdPath } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';

type CorrectionRecord = NonNullable<Awaited<ReturnType<UseCases['browseCorrections']['find']>>>;

interface CorrectionBody {
  id: string;
  action: 'void' | 'amend';
  source: string;
  event_id: string;
  reason: string;
  event?: Record<string, unknown>;
}

const tags = ['corrections'];

export function correctionRoutes(app: FastifyInstance, useCases: UseCases): void {
  addPost(app, useCases);
  addPreview(app, useCases);
  addBrowse(app, useCases);
}

function addPost(app: FastifyInstance, { postCorrection }: UseCases): void {
  app.post(
    '/v1/corrections',
    {
      schema: {
        summary: 'Void or amend a stored event',
        tags,
        body: schemas.CorrectionBody,
        response: { 200: schemas.Correction, 201: schemas.Correction, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await postCorrection(
        toCorrectionInput(request.body as CorrectionBody),
        actorOf(request),
      );
      if (!result.ok) throw asProblem(result);
      void reply.code(result.created ? 201 : 200);
      return toCorrection(result.correction);
    },
  );
}

function addPreview(app: FastifyInstance, { previewCorrection }: UseCases): void {
  app.post(
    '/v1/corrections/preview',
    {
      schema: {
        summary: 'What a correction would change; nothing is written',
        tags,
        body: schemas.CorrectionBody,
        response: { 200: schemas.CorrectionPreview, ...problemResponse },
      },
    },
    async (request) => {
      const result = await previewCorrection(toCorrectionInput(request.body as CorrectionBody));
      if (!result.ok) throw asProblem(result);
      return {
        changes: result.changes.map(
          ({ customerId, period, line, currency, amountBefore, amountAfter, difference }) => ({
            ...{ customer_id: customerId, period, line, currency },
            ...{ amount_before: amountBefore, amount_after: amountAfter, difference },
          }),
        ),
      };
    },
  );
}

function addBrowse(app: FastifyInstance, { browseCorrections }: UseCases): void {
  app.get(
    '/v1/corrections/:id',
    {
      schema: {
        summary: 'One correction',
        tags,
        params: IdPath,
        response: { 200: schemas.Correction, ...problemResponse },
      },
    },
    async (request) => {
      const correction = await browseCorrections.find((request.params as { id: string }).id);
      if (!correction) throw new HttpProblem('not_found', 'there is no such correction');
      return toCorrection(correction);
    },
  );

  app.get(
    '/v1/corrections',
    {
      schema: {
        summary: 'List corrections, oldest first; of one event with source and event_id',
        tags,
        querystring: schemas.CorrectionsQuery,
        response: { 200: schemas.CorrectionList, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as CorrectionsParameters;
      const place = decodeCursor(query.cursor, ['number']) as [number] | null;
      const page = { afterSequence: place === null ? 0 : place[0], limit: readLimit(query.limit) };
      const event = readEvent(query);
      const corrections = await browseCorrections.list({ ...page, ...(event && { event }) });
      const last = corrections.length === page.limit ? corrections.at(-1) : undefined;
      return {
        items: corrections.map(toCorrection),
        next_cursor: last ? encodeCursor([last.sequence]) : null,
      };
    },
  );
}

interface CorrectionsParameters {
  source?: string;
  event_id?: string;
  cursor?: string;
  limit?: string;
}

function readEvent({ source, event_id: id }: CorrectionsParameters) {
  if (source === undefined && id === undefined) return null;
  if (source !== undefined && id !== undefined) return { source, id };
  const field = source === undefined ? 'source' : 'event_id';
  throw new HttpProblem('parameter_invalid', 'source and event_id name an event together', { field });
}

function toCorrectionInput({ event_id: eventId, ...body }: CorrectionBody) {
  return { ...body, eventId };
}

export function toCorrection(correction: CorrectionRecord) {
  const { id, action, source, eventId, reason, actor, event, sequence, receivedAtMs } = correction;
  return {
    ...{ id, action, source, event_id: eventId, reason, actor },
    ...(event && {
      event: {
        customer_id: event.customerId,
        service: event.service,
        time: formatTime(event.timeMs),
        quantity: event.quantity,
        ...(event.amount !== null && { amount: event.amount }),
        properties: Object.fromEntries(event.properties),
      },
    }),
    sequence: String(sequence),
    received_at: formatTime(receivedAtMs),
  };
}
