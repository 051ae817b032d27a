/** What commands go through customer by customer: closing a period for all, and verifying what was closed. */
import type { FastifyInstance } from 'fastify';
import { limits } from '../../limits.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import { problemResponse } from '../schemas/shared.ts';
import * as schemas from '../schemas/statements.ts';

const tags = ['statements'];

interface CloseGroup {
  period: string;
  after?: string;
  limit?: number;
}

interface VerificationParameters {
  period?: string;
  customer_id?: string;
  cursor?: string;
  limit?: string;
}

export function closeGroupRoutes(app: FastifyInstance, { closeAll, verifyStatements }: UseCases): void {
  app.post(
    '/v1/statements',
    {
      schema: {
        summary: 'Close a period for the next customers, in the order of their ids',
        tags,
        body: schemas.CloseGroupBody,
        response: { 200: schemas.ClosedGroup, ...problemResponse },
      },
    },
    async (request) => {
      const { period, after, limit = limits.closeGroupMax } = request.body as CloseGroup;
      const group = await closeAll({ period, after: after ?? null, limit, actor: actorOf(request) });
      if (!group.ok) throw asProblem(group);
      return {
        ...{ closed: group.closed, closed_before: group.closedBefore },
        refused: group.refused.map(({ customerId, code, message }) => {
          return { customer_id: customerId, code, detail: message };
        }),
        next_after: group.nextAfter,
      };
    },
  );
  app.get(
    '/v1/verification',
    {
      schema: {
        summary: 'Compute closed statements again and name the first difference',
        tags,
        querystring: schemas.StatementsQuery,
        response: { 200: schemas.Verification, ...problemResponse },
      },
    },
    async (request) => {
      const { period, customer_id: customerId, cursor, limit } = request.query as VerificationParameters;
      const place = decodeCursor(cursor, ['string']) as [string] | null;
      const verification = await verifyStatements({
        ...{ after: place === null ? null : place[0], limit: readLimit(limit) },
        ...(customerId !== undefined && { customerId }),
        ...(period !== undefined && { period }),
      });
      if (!verification.ok) throw asProblem(verification);
      const { verified, difference, lastId } = verification;
      return {
        verified,
        difference: difference && {
          statement: difference.statementId,
          path: difference.path,
          stored: difference.stored ?? null,
          recomputed: difference.recomputed ?? null,
        },
        next_cursor: lastId === null ? null : encodeCursor([lastId]),
      };
    },
  );
}
