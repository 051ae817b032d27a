/** The audit log: who wrote what, when, what was before and what after; newest first. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit, readSpan } from '../parameters.ts';
import { AuditList, AuditQuery } from '../schemas/audit.ts';
import { problemResponse } from '../schemas/shared.ts';

type AuditPage = Parameters<UseCases['browseRecords']['listAudit']>[0];
type AuditEntry = Awaited<ReturnType<UseCases['browseRecords']['listAudit']>>[number];

export function auditRoutes(app: FastifyInstance, { browseRecords }: UseCases): void {
  app.get(
    '/v1/audit',
    {
      schema: {
        summary: 'Who wrote what and when, newest first',
        tags: ['audit'],
        querystring: AuditQuery,
        response: { 200: AuditList, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as AuditParameters;
      const page = readPage(query);
      const entries = await browseRecords.listAudit(page);
      const last = entries.length === page.limit ? entries.at(-1) : undefined;
      return { items: entries.map(toEntry), next_cursor: last ? encodeCursor([last.sequence]) : null };
    },
  );
}

interface AuditParameters {
  actor?: string;
  action?: NonNullable<AuditPage['action']>;
  subject?: NonNullable<AuditPage['subject']>;
  subject_id?: string;
  from?: string;
  to?: string;
  cursor?: string;
  limit?: string;
}

function readPage({ actor, action, subject, subject_id: subjectId, ...query }: AuditParameters): AuditPage {
  const place = decodeCursor(query.cursor, ['number']) as [number] | null;
  return {
    before: place === null ? null : place[0],
    limit: readLimit(query.limit),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(subject !== undefined && { subject }),
    ...(subjectId !== undefined && { subjectId }),
    ...readSpan(query),
  };
}

function toEntry({ sequence, atMs, actor, action, subject, subjectId, before, after }: AuditEntry) {
  return {
    ...{ sequence: String(sequence), at: formatTime(atMs), actor, action },
    ...{ subject, subject_id: subjectId, before, after },
  };
}
