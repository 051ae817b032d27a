/** API keys: make, list, rotate, revoke. The CLI's `keys` commands go through here when a server holds the folder. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ApiKey, KeyInput, ShownKey } from '../../usecases/manage-keys.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { callerOf } from '../check-access.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { asProblem } from '../problem.ts';
import * as schemas from '../schemas/keys.ts';
import { listOf, PageOnlyQuery } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import type { ListQuery } from './list-route.ts';

const tags = ['keys'];

export function keyRoutes(app: FastifyInstance, useCases: UseCases): void {
  addCreate(app, useCases);
  addList(app, useCases);
  addRotate(app, useCases);
  addRevoke(app, useCases);
}

function addCreate(app: FastifyInstance, { manageKeys }: UseCases): void {
  app.post(
    '/v1/keys',
    {
      schema: {
        summary: 'Make an API key; its secret is in this answer and nowhere else',
        tags,
        body: schemas.KeyBody,
        response: { 201: schemas.ShownKey, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await manageKeys.createKey(toInput(request.body as KeyBody), callerOf(request).actor);
      if (!result.ok) throw asProblem(result);
      return showOnce(reply.code(201), result);
    },
  );
}

function addList(app: FastifyInstance, { manageKeys }: UseCases): void {
  app.get(
    '/v1/keys',
    {
      schema: {
        summary: 'List API keys, revoked ones too, without their secrets',
        tags,
        querystring: PageOnlyQuery,
        response: { 200: listOf(schemas.ApiKey), ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as ListQuery;
      const place = decodeCursor(query.cursor, ['string']) as [string] | null;
      const limit = readLimit(query.limit);
      const keys = manageKeys.listKeys({ after: place === null ? null : place[0], limit });
      const last = keys.length === limit ? keys.at(-1) : undefined;
      return { items: keys.map(toKey), next_cursor: last ? encodeCursor([last.name]) : null };
    },
  );
}

function addRotate(app: FastifyInstance, { manageKeys }: UseCases): void {
  app.post(
    '/v1/keys/:name/rotate',
    {
      schema: {
        summary: 'Give a key a new secret; the old one goes on for a while',
        tags,
        params: schemas.NamePath,
        body: schemas.RotateBody,
        response: { 200: schemas.ShownKey, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { overlap_seconds: overlapSeconds = null } = request.body as { overlap_seconds?: number };
      const { actor } = callerOf(request);
      const result = await manageKeys.rotateKey(nameOf(request.params), overlapSeconds, actor);
      if (!result.ok) throw asProblem(result);
      return showOnce(reply, result);
    },
  );
}

function addRevoke(app: FastifyInstance, { manageKeys }: UseCases): void {
  app.post(
    '/v1/keys/:name/revoke',
    {
      schema: {
        summary: 'End a key and all its secrets, at once and for good',
        tags,
        params: schemas.NamePath,
        response: { 200: schemas.ApiKey, ...problemResponse },
      },
    },
    async (request) => {
      const result = await manageKeys.revokeKey(nameOf(request.params), callerOf(request).actor);
      if (!result.ok) throw asProblem(result);
      return toKey(result.key);
    },
  );
}

interface KeyBody {
  name: string;
  scopes: string[];
  source?: string;
  customer_id?: string;
}

function toInput({ name, scopes, source, customer_id: customerId }: KeyBody): KeyInput {
  return {
    ...{ name, scopes },
    ...(source !== undefined && { source }),
    ...(customerId !== undefined && { customerId }),
  };
}

function showOnce(reply: FastifyReply, { text, key }: ShownKey) {
  void reply.header('cache-control', 'no-store');
  return { key: text, ...toKey(key) };
}

function toKey(key: ApiKey) {
  return {
    name: key.name,
    scopes: key.scopes,
    source: key.source,
    ...(key.customerId !== null && { customer_id: key.customerId }),
    status: key.revokedAtMs === null ? 'active' : 'revoked',
    created_at: formatTime(key.createdAtMs),
    created_by: key.createdBy,
    ...(key.revokedAtMs !== null && { revoked_at: formatTime(key.revokedAtMs) }),
    ...(key.revokedBy !== null && { revoked_by: key.revokedBy }),
    secrets: key.secrets.map(({ prefix, createdAtMs, createdBy, endsAtMs }) => ({
      prefix,
      created_at: formatTime(createdAtMs),
      created_by: createdBy,
      ...(endsAtMs !== null && { ends_at: formatTime(endsAtMs) }),
    })),
  };
}

function nameOf(params: unknown): string {
  return (params as { name: string }).name;
}
