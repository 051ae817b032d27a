/** Why a line costs what it costs, down to the events behind it. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { ExplainQuestion, LineEvents, LineExplanation } from '../../usecases/explain-line.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { toPrice } from '../price-wire.ts';
import { asProblem } from '../problem.ts';
import { problemResponse } from '../schemas/shared.ts';
import * as schemas from '../schemas/statements.ts';

export function statementLineRoutes(app: FastifyInstance, { explainLine }: UseCases): void {
  const shared = { tags: ['statements'], params: schemas.LinePath, querystring: schemas.PageOnly };
  app.get(
    '/v1/statements/:id/lines/:line/explain',
    {
      schema: {
        summary: 'From the amount down to prices, slices, days, rounding and events',
        ...shared,
        response: { 200: schemas.LineExplanation, ...problemResponse },
      },
    },
    async (request) => {
      const question = readQuestion(request.params, request.query);
      const explanation = await explainLine(question);
      if (!explanation.ok) throw asProblem(explanation);
      return toExplanation(explanation, question.limit);
    },
  );
  app.get(
    '/v1/statements/:id/lines/:line/events',
    {
      schema: {
        summary: 'The events behind a line, oldest first, a page at a time',
        ...shared,
        response: { 200: schemas.LineEvents, ...problemResponse },
      },
    },
    async (request) => {
      const question = readQuestion(request.params, request.query);
      const found = await explainLine.events(question);
      if (!found.ok) throw asProblem(found);
      return toEventPage(found.events, question.limit);
    },
  );
}

function readQuestion(params: unknown, query: unknown): ExplainQuestion {
  const { id: statementId, line } = params as { id: string; line: string };
  const { cursor, limit } = query as { cursor?: string; limit?: string };
  const place = decodeCursor(cursor, ['number', 'number']) as [number, number] | null;
  const after = place && { timeMs: place[0], sequence: place[1] };
  return { statementId, line, after, limit: readLimit(limit) };
}

function toExplanation(explanation: LineExplanation, limit: number) {
  const { statement, billed, meter, explained, prices, rounding, days, carriedLevels, events } = explanation;
  const { sliceTotal, minimum, maximum, exactAmount } = explained;
  return {
    statement: statement.id,
    line: billed,
    meter: toMeter(meter),
    prices: prices.map(toPrice),
    slices: explained.slices.map(toSlice),
    slice_total: sliceTotal,
    ...{ minimum, maximum, exact_amount: exactAmount },
    rounding: { ...rounding, from: exactAmount, to: billed.amount },
    days: days.map(({ fromMs, toMs, quantity, events: count }) => {
      return { from: formatTime(fromMs), to: formatTime(toMs), quantity, events: count };
    }),
    carried_levels: carriedLevels.map(toEvent),
    events: toEventPage(events, limit),
  };
}

function toSlice(slice: LineExplanation['explained']['slices'][number]) {
  const { priceId, fromMs, toMs, quantity, events, share, parts } = slice;
  return {
    ...{ price_id: priceId, from: formatTime(fromMs), to: formatTime(toMs) },
    ...{ quantity_before: slice.quantityBefore, quantity, events },
    ...{ amount_reported: slice.amountReported, events_with_amount: slice.eventsWithAmount },
    ...{ included_quantity: slice.includedQuantity, share },
    parts: parts.map(({ tier, ...part }) => (tier === undefined ? part : { ...part, tier })),
    exact_amount: slice.exactAmount,
  };
}

function toMeter(meter: LineExplanation['meter']) {
  const { id, name, service, aggregation, value, filter, dimensions, seriesBy, per } = meter;
  return { id, name, service, aggregation, value, filter, dimensions, series_by: seriesBy, per };
}

function toEventPage(events: LineEvents['events'], limit: number) {
  const last = events.length === limit ? events.at(-1) : undefined;
  return {
    items: events.map(toEvent),
    next_cursor: last ? encodeCursor([last.timeMs, last.sequence]) : null,
  };
}

function toEvent({ source, id, timeMs, quantity, amount, sequence }: LineEvents['events'][number]) {
  return {
    ...{ source, id, time: formatTime(timeMs), quantity },
    ...(amount !== null && { amount }),
    sequence: String(sequence),
  };
}
