/** Asking: usage, costs, one customer's usage, analysis, suspense. */
import { Readable } from 'node:stream';
import { formatTime, type PropertyValue } from '@countinghouse/client/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CostRow } from '../../usecases/ask-costs.ts';
import type { UsageAnswerRow } from '../../usecases/ask-usage.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { type CsvCell, csvPieces } from '../csv.ts';
import { MadeRows } from '../large-answers.ts';
import { readSpan, readUsageQuestion, type UsageParameters } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import * as schemas from '../schemas/questions.ts';
import { problemResponse } from '../schemas/shared.ts';

const timeTextsMax = 10_000;

export function questionRoutes(app: FastifyInstance, useCases: UseCases): void {
  addUsage(app, useCases);
  addCosts(app, useCases);
  addCustomerUsage(app, useCases);
}

function addUsage(app: FastifyInstance, { askUsage }: UseCases): void {
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
      const valuesOf = ({ quantity }: UsageAnswerRow): Values => [['quantity', quantity]];
      const table = makeTable(question.groupBy, valuesOf);
      if (query.format === 'csv') return sendCsv(reply, ['quantity'], answer.rows, table);
      return { ...headOf(answer, query), rows: new MadeRows(answer.rows, table.row) };
    },
  );
}

function addCosts(app: FastifyInstance, { askCosts }: UseCases): void {
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
      const table = makeTable(
        question.groupBy,
        ({ cost, currency }: CostRow): Values => [
          ['cost', cost],
          ['currency', currency],
        ],
      );
      if (query.format === 'csv') {
        // A table of costs has no place for what has no cost; the count says that there is some.
        const unpriced = answer.unpriced.reduce((events, entry) => events + entry.events, 0);
        void reply.header('countinghouse-unpriced-events', String(unpriced));
        return sendCsv(reply, ['cost', 'currency'], answer.rows, table);
      }
      return {
        ...headOf(answer, query),
        rows: new MadeRows(answer.rows, table.row),
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

type Values = readonly (readonly [name: string, text: string])[];

interface Row {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  readonly events: number;
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

/** How the rows of one answer are written. */
interface Table<Item> {
  readonly header: readonly string[];
  row(item: Item): object;
  cells(item: Item): CsvCell[];
}

function makeTable<Item extends Row>(
  groupBy: readonly string[],
  valuesOf: (item: Item) => Values,
): Table<Item> {
  const timeText = makeTimeTexts();
  return {
    header: ['window_start', 'window_end', ...groupBy],
    row(item) {
      const row: Record<string, unknown> = {
        window_start: timeText(item.windowStartMs),
        window_end: timeText(item.windowEndMs),
      };
      groupBy.forEach((key, index) => {
        row[key] = item.keys[index] ?? null;
      });
      for (const [name, text] of valuesOf(item)) row[name] = text;
      row.events = item.events;
      return row;
    },
    cells: (item) => [
      timeText(item.windowStartMs),
      timeText(item.windowEndMs),
      ...item.keys,
      ...valuesOf(item).map(([, text]) => ({ number: text })),
      item.events,
    ],
  };
}

/** The rows of an answer share few moments; a moment's text costs as much as the rest of a row. */
function makeTimeTexts(): (ms: number) => string {
  const texts = new Map<number, string>();
  return (ms) => {
    const known = texts.get(ms);
    if (known !== undefined) return known;
    const text = formatTime(ms);
    if (texts.size < timeTextsMax) texts.set(ms, text);
    return text;
  };
}

function sendCsv<Item>(
  reply: FastifyReply,
  names: readonly string[],
  items: readonly Item[],
  table: Table<Item>,
) {
  const pieces = csvPieces([...table.header, ...names, 'events'], items, table.cells);
  return reply.header('content-type', 'text/csv; charset=utf-8').send(Readable.from(pieces));
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
