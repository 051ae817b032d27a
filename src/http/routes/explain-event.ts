/** Why an event counts as it does: up to every line it is in, or the reason why it is in none. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { readAsOf } from '../as-of.ts';
import { callerOf } from '../check-access.ts';
import { asProblem } from '../problem.ts';
import { EventPath } from '../schemas/events.ts';
import * as schemas from '../schemas/explain-event.ts';
import { problemResponse } from '../schemas/shared.ts';
import { toCorrection } from './corrections.ts';
import { assertOwnEvent, toListedEvent } from './events.ts';

type Explanation = Extract<Awaited<ReturnType<UseCases['explainEvent']>>, { ok: true }>;

export function explainEventRoute(app: FastifyInstance, { explainEvent }: UseCases): void {
  app.get(
    '/v1/events/:source/:id/explain',
    {
      schema: {
        summary: 'Every meter and line an event is in, with how much; or why it is in none',
        tags: ['events'],
        params: EventPath,
        querystring: schemas.ExplainEventQuery,
        response: { 200: schemas.EventExplanation, ...problemResponse },
      },
    },
    async (request) => {
      const { as_of } = request.query as { as_of?: string };
      const identity = request.params as { source: string; id: string };
      const explanation = await explainEvent(identity, readAsOf(as_of));
      if (!explanation.ok) throw asProblem(explanation);
      assertOwnEvent(callerOf(request), explanation.event, explanation.corrections);
      return toAnswer(explanation);
    },
  );
}

function toAnswer(explanation: Explanation) {
  const { event, corrections, countsAs, missing, meters, periods, sequenceMax } = explanation;
  return {
    state: countsAs === null ? 'voided' : missing.length > 0 ? 'suspended' : 'counted',
    as_of: String(sequenceMax),
    event: toListedEvent(event),
    corrections: corrections.map(toCorrection),
    counts_as: countsAs && toListedEvent(countsAs),
    missing,
    meters: meters.map(({ meter, reading }) => ({ meter, ...toReading(reading) })),
    periods: periods.map(toPeriod),
  };
}

function toReading(reading: Explanation['meters'][number]['reading']) {
  if (reading.isIn) return { in: true, value: reading.value };
  const { reason } = reading;
  return {
    in: false,
    reason: reason.kind,
    ...(reason.kind === 'filtered_out' && { filter: reason.by }),
    ...('property' in reason && { property: reason.property }),
  };
}

function toPeriod(period: Explanation['periods'][number]) {
  const { fromMs, toMs, isClosed, statement, currency, lines, unpriced, late } = period;
  return {
    ...{ period: period.period, from: formatTime(fromMs), to: formatTime(toMs) },
    status: isClosed ? 'closed' : 'open',
    statement,
    currency,
    lines: lines.map(({ line, meter, dimension, isIn, quantity, exactAmount }) => ({
      ...{ line, meter, ...(dimension !== undefined && { dimension }) },
      ...{ in: isIn, quantity, exact_amount: exactAmount },
    })),
    unpriced: unpriced.map(({ meter, dimension, reason }) => ({
      ...{ meter, ...(dimension !== undefined && { dimension }), reason },
    })),
    ...(late && { late }),
  };
}
