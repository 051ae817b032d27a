/** Statements: drafts, closes, and closed ones as JSON, CSV, a page, and exactly the bytes that were hashed. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type {
  StatementDocument,
  StatementLabels,
  StatementSummary,
} from '../../usecases/browse-statements.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { readAsOf } from '../as-of.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import { IdPath } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import * as schemas from '../schemas/statements.ts';
import { statementCsv } from '../statement-csv.ts';
import { statementPage, statementPagePolicy } from '../statement-page.ts';

const tags = ['statements'];

export function statementRoutes(app: FastifyInstance, useCases: UseCases): void {
  addDraft(app, useCases);
  addClose(app, useCases);
  addLists(app, useCases);
  addOne(app, useCases);
  addLines(app, useCases);
  addCanonical(app, useCases);
}

function addDraft(app: FastifyInstance, { draftStatement }: UseCases): void {
  app.get(
    '/v1/customers/:id/statements/draft',
    {
      schema: {
        summary: 'What a period would be billed now, or would have been at an earlier moment',
        tags,
        params: IdPath,
        querystring: schemas.DraftQuery,
        response: { 200: schemas.Statement, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { period, as_of } = request.query as { period: string; as_of?: string };
      const { id: customerId } = request.params as { id: string };
      const draft = await draftStatement({ customerId, period, asOf: readAsOf(as_of) });
      if (!draft.ok) throw asProblem(draft);
      return sendStatement(request, reply, draft.document, draft.labels);
    },
  );
}

function addClose(app: FastifyInstance, { closePeriods, browseStatements }: UseCases): void {
  app.post(
    '/v1/customers/:id/statements',
    {
      schema: {
        summary: 'Close a period: 201 the first time, 200 with the same statement again',
        tags,
        params: IdPath,
        body: schemas.CloseBody,
        response: { 200: schemas.Statement, 201: schemas.Statement, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { period } = request.body as { period: string };
      const { id: customerId } = request.params as { id: string };
      const [result] = await closePeriods([{ customerId, period, actor: actorOf(request) }]);
      if (result === undefined) throw new Error('a close has no result');
      if (!result.ok) throw asProblem(result);
      const found = await browseStatements.find(result.id);
      if (!found.ok) throw asProblem(found);
      void reply.code(result.created ? 201 : 200);
      return found.document;
    },
  );
}

interface StatementsParameters {
  period?: string;
  customer_id?: string;
  cursor?: string;
  limit?: string;
}

function addLists(app: FastifyInstance, { browseStatements }: UseCases): void {
  const list = async ({ period, customer_id: customerId, ...page }: StatementsParameters) => {
    const place = decodeCursor(page.cursor, ['string']) as [string] | null;
    const limit = readLimit(page.limit);
    const found = await browseStatements.list({
      ...{ after: place === null ? null : place[0], limit },
      ...(customerId !== undefined && { customerId }),
      ...(period !== undefined && { period }),
    });
    if (!found.ok) throw asProblem(found);
    const last = found.statements.length === limit ? found.statements.at(-1) : undefined;
    return { items: found.statements.map(toSummary), next_cursor: last ? encodeCursor([last.id]) : null };
  };
  const response = { 200: schemas.StatementList, ...problemResponse };
  app.get(
    '/v1/customers/:id/statements',
    {
      schema: {
        ...{ summary: "A customer's closed statements", tags, params: IdPath },
        ...{ querystring: schemas.PageOnly, response },
      },
    },
    async (request) => {
      const { id } = request.params as { id: string };
      return list({ ...(request.query as StatementsParameters), customer_id: id });
    },
  );
  app.get(
    '/v1/statements',
    { schema: { summary: 'Closed statements', tags, querystring: schemas.StatementsQuery, response } },
    async (request) => list(request.query as StatementsParameters),
  );
}

function addOne(app: FastifyInstance, { browseStatements }: UseCases): void {
  app.get(
    '/v1/statements/:id',
    {
      schema: {
        summary: 'A closed statement; as a page for browsers, or with format=html or csv',
        tags,
        params: schemas.StatementPath,
        querystring: schemas.StatementQuery,
        response: { 200: schemas.Statement, ...problemResponse },
      },
    },
    async (request, reply) => {
      const found = await browseStatements.find((request.params as { id: string }).id);
      if (!found.ok) throw asProblem(found);
      return sendStatement(request, reply, found.document, found.labels);
    },
  );
}

function addLines(app: FastifyInstance, { browseStatements }: UseCases): void {
  app.get(
    '/v1/statements/:id/lines',
    {
      schema: {
        summary: "A statement's lines, a page at a time",
        tags,
        params: schemas.StatementPath,
        querystring: schemas.PageOnly,
        response: { 200: schemas.LineList, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as { cursor?: string; limit?: string };
      const found = await browseStatements.find((request.params as { id: string }).id);
      if (!found.ok) throw asProblem(found);
      const [from] = (decodeCursor(query.cursor, ['number']) ?? [0]) as [number];
      const limit = readLimit(query.limit);
      const { lines } = found.document;
      const next = from + limit;
      return {
        items: lines.slice(from, next),
        next_cursor: next < lines.length ? encodeCursor([next]) : null,
      };
    },
  );
}

function addCanonical(app: FastifyInstance, { browseStatements }: UseCases): void {
  app.get(
    '/v1/statements/:id/canonical',
    {
      schema: {
        summary: 'Exactly the bytes whose SHA-256 is the hash',
        tags,
        params: schemas.StatementPath,
        response: { 200: schemas.Statement, ...problemResponse },
      },
    },
    async (request, reply) => {
      const found = await browseStatements.find((request.params as { id: string }).id);
      if (!found.ok) throw asProblem(found);
      return reply.type('application/json').send(Buffer.from(found.canonical));
    },
  );
}

/** A browser that only says what it likes gets the page; a program that says nothing gets JSON. */
function sendStatement(
  request: FastifyRequest,
  reply: FastifyReply,
  document: StatementDocument,
  labels: StatementLabels,
) {
  void reply.header('vary', 'accept');
  const { format } = request.query as { format?: 'json' | 'csv' | 'html' };
  const asked = format ?? (/\btext\/html\b/.test(request.headers.accept ?? '') ? 'html' : 'json');
  if (asked === 'json') return document;
  if (asked === 'csv') {
    const name = document.id.replace(/[^A-Za-z0-9_.-]+/g, '-');
    void reply.header('content-disposition', `attachment; filename="statement-${name}.csv"`);
    return reply.type('text/csv; charset=utf-8').send(statementCsv(document));
  }
  void reply.header('content-security-policy', statementPagePolicy);
  return reply.type('text/html; charset=utf-8').send(statementPage(document, labels));
}

function toSummary(statement: StatementSummary) {
  const { id, customerId, period, fromMs, toMs, currency, total, watermark, digest } = statement;
  return {
    ...{ id, customer_id: customerId, period, from: formatTime(fromMs), to: formatTime(toMs), currency },
    ...{ status: 'closed', total, watermark: String(watermark), digest },
    ...{ previous_hash: statement.previousHash, hash: statement.hash },
    ...{ sequence: String(statement.sequence), closed_at: formatTime(statement.closedAtMs) },
  };
}
