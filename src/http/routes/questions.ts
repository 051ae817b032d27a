/** Asking: usage, costs, one customer's usage, analysis, suspense. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UsageAnswerRow } from '../../usecases/ask-usage.ts';
import type { CostRow } from '../../usecases/cost-groups.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { MadeRows } from '../large-answers.ts';
import { readSpan, readUsageQuestion, type UsageParameters } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import { sendRows, toRows, type ValueColumn } from '../row-formats.ts';
import * as schemas from '../schemas/questions.ts';
import { problemResponse } from '../schemas/shared.ts';

const usageValues: readonly ValueColumn<UsageAnswerRow>[] = [['quantity', ({ quantity }) => quantity]];
const costValues: readonly ValueColumn<CostRow>[] = [
  ['cost', ({ cost }) => cost],
  ['currency', ({ currency }) => currency],
];

export function questionRoutes(app: FastifyInstance, useCases: UseCases): void {
  addUsage(app, useCases);
  addCosts(app, useCases);
  addCustomerUsage(app, useCases);
}

function addUsage(app: FastifyInstance, { askUsage, encodeParquet }: UseCases): void {
  app.get(
    '/v1/usage',
    {
      schema: {
        summary: 'How much was used',
        tags: ['usage'],
        querystring: schemas.UsageQuery,
        response: { 200: schemas.UsageAnswer, ...problemResponse },
      },
    },
    async (request, reply) => {
      const query = request.query as UsageParameters;
      const question = readUsageQuestion(query);
      const answer = await askUsage(question);
      if (!answer.ok) throw asProblem(answer);
      const columns = { groupBy: question.groupBy, values: usageValues };
      const { format = 'json' } = query;
      if (format !== 'json') return sendRows(reply, format, columns, answer.rows, encodeParquet);
      return { ...headOf(answer, query), rows: toRows(answer.rows, columns) };
    },
  );
}

function addCosts(app: FastifyInstance, { askCosts, encodeParquet }: UseCases): void {
  app.get(
    '/v1/costs',
    {
      schema: {
        summary: 'What usage cost: exact and unrounded',
        tags: ['usage'],
        querystring: schemas.UsageQuery,
        response: { 200: schemas.CostAnswer, ...problemResponse },
      },
    },
    async (request, reply) => {
      const query = request.query as UsageParameters;
      const question = readUsageQuestion(query);
      const answer = await askCosts(question);
      if (!answer.ok) throw asProblem(answer);
      const columns = { groupBy: question.groupBy, values: costValues };
      const { format = 'json' } = query;
      if (format !== 'json') {
        // A table of costs has no place for what has no cost; the count says that there is some.
        const unpriced = answer.unpriced.reduce((events, entry) => events + entry.events, 0);
        void reply.header('countinghouse-unpriced-events', String(unpriced));
        return sendRows(reply, format, columns, answer.rows, encodeParquet);
      }
      return {
        ...headOf(answer, query),
        rows: toRows(answer.rows, columns),
        unpriced: new MadeRows(answer.unpriced, toUnpriced),
      };
    },
  );
}

function addCustomerUsage(app: FastifyInstance, { askCustomerUsage }: UseCases): void {
  app.get(
    '/v1/customers/:id/usage',
    {
      schema: {
        summary: 'What a customer used and what it cost, rounded per service',
        tags: ['customers'],
        querystring: schemas.CustomerUsageQuery,
        response: { 200: schemas.CustomerUsage, ...problemResponse },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string };
      const answer = await askCustomerUsage(id, readSpan(request.query as { from?: string; to?: string }));
      if (!answer.ok) throw asProblem(answer);
      const { customer, span, services, totalCost, unpriced } = answer;
      return {
        customer_id: customer.id,
        from: formatTime(span.fromMs),
        to: formatTime(span.toMs),
        currency: customer.currency,
        services,
        total_cost: totalCost,
        unpriced: unpriced.map(toUnpriced),
      };
    },
  );
}

function headOf(
  { span, timeZone }: { span: { fromMs: number; toMs: number }; timeZone: string },
  { window }: UsageParameters,
) {
  return {
    from: formatTime(span.fromMs),
    to: formatTime(span.toMs),
    window: window ?? null,
    time_zone: timeZone,
  };
}

function toUnpriced(entry: {
  customerId: string;
  service: string;
  meter: string;
  reason: string;
  quantity: string;
  events: number;
}) {
  const { customerId, service, meter, reason, quantity, events } = entry;
  return { customer_id: customerId, service, meter, reason, quantity, events };
}
