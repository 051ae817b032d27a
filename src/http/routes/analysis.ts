/** Analysis of customers, and usage in suspense: lists that are derived when asked. */
import { canonicalDecimal, formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import { type AnalysisQuestion, categoryBounds } from '../../usecases/analyse-customers.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { callerOf } from '../check-access.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit, readSpan, readZone } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import * as schemas from '../schemas/questions.ts';
import { PageOnlyQuery, SuspenseList } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';

interface AnalysisParameters {
  customer_id?: string;
  from?: string;
  to?: string;
  time_zone?: string;
  low_below?: string;
  medium_below?: string;
  cursor?: string;
  limit?: string;
}

export function analysisRoutes(app: FastifyInstance, { analyseCustomers, listSuspense }: UseCases): void {
  app.get(
    '/v1/analysis/customers',
    {
      schema: {
        summary: 'How heavily each customer uses the services',
        tags: ['analysis'],
        querystring: schemas.AnalysisQuery,
        response: { 200: schemas.AnalysisList, ...problemResponse },
      },
    },
    async (request) => {
      const question = readAnalysisQuestion(request.query as AnalysisParameters);
      const answer = await analyseCustomers(question);
      if (!answer.ok) throw asProblem(answer);
      const full = question.customerId === undefined && answer.customers.length === question.limit;
      const last = full ? answer.customers.at(-1) : undefined;
      return {
        items: answer.customers.map(
          ({ customerId, events, totalQuantity, totalCost, currency, usageFactor, category }) => ({
            customer_id: customerId,
            events,
            total_quantity: totalQuantity,
            total_cost: totalCost,
            currency,
            usage_factor: usageFactor,
            category,
          }),
        ),
        next_cursor: last ? encodeCursor([last.customerId]) : null,
      };
    },
  );

  app.get(
    '/v1/suspense',
    {
      schema: {
        summary: 'Stored usage whose customer or service is not known',
        tags: ['analysis'],
        querystring: PageOnlyQuery,
        response: { 200: SuspenseList, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as { cursor?: string; limit?: string };
      const place = decodeCursor(query.cursor, ['string', 'string']) as [string, string] | null;
      const limit = readLimit(query.limit);
      const rows = await listSuspense({
        after: place && { customerId: place[0], service: place[1] },
        limit,
        onlyCustomerId: callerOf(request).customerId,
      });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(({ customerId, service, missing, events, quantity, firstTimeMs, lastTimeMs }) => ({
          customer_id: customerId,
          service,
          missing,
          events,
          quantity,
          first_time: formatTime(firstTimeMs),
          last_time: formatTime(lastTimeMs),
        })),
        next_cursor: last ? encodeCursor([last.customerId, last.service]) : null,
      };
    },
  );
}

function readAnalysisQuestion(query: AnalysisParameters): AnalysisQuestion {
  const place = decodeCursor(query.cursor, ['string']) as [string] | null;
  return {
    ...(query.customer_id !== undefined && { customerId: query.customer_id }),
    ...readSpan(query),
    ...(query.time_zone !== undefined && { timeZone: readZone(query.time_zone) }),
    bounds: categoryBounds(canonical(query.low_below), canonical(query.medium_below)),
    after: place === null ? null : place[0],
    limit: readLimit(query.limit),
  };
}

function canonical(decimal: string | undefined): string | undefined {
  return decimal === undefined ? undefined : (canonicalDecimal(decimal) ?? undefined);
}
