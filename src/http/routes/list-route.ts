/** A list of records by id, a page at a time: the same route for every kind of record. */
import type { FastifyInstance } from 'fastify';
import type { Principal } from '../../usecases/identify-caller.ts';
import { callerOf } from '../check-access.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readLimit } from '../parameters.ts';
import { listOf, PageOnlyQuery } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';

export interface ListQuery {
  cursor?: string;
  limit?: string;
}

export interface Page {
  readonly after: string | null;
  readonly limit: number;
}

export function listRoute<Query extends ListQuery>(
  app: FastifyInstance,
  path: string,
  summary: string,
  tags: string[],
  item: Parameters<typeof listOf>[0],
  load: (page: Page, query: Query, caller: Principal) => Promise<{ id: string }[]>,
  querystring: object = PageOnlyQuery,
): void {
  app.get(
    path,
    { schema: { summary, tags, querystring, response: { 200: listOf(item), ...problemResponse } } },
    async (request) => {
      const query = request.query as Query;
      const place = decodeCursor(query.cursor, ['string']) as [string] | null;
      const limit = readLimit(query.limit);
      const items = await load({ after: place === null ? null : place[0], limit }, query, callerOf(request));
      const last = items.length === limit ? items.at(-1) : undefined;
      return { items, next_cursor: last ? encodeCursor([last.id]) : null };
    },
  );
}
