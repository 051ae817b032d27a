/**
 * What no route asks for is refused on all of them: a query parameter where there is none to give, a body where none is
 * taken, a text with NUL, which no record has. A route's own schema says what it does ask for.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { fieldProblem } from './check-request.ts';
import { HttpProblem } from './problem.ts';

const noParameters = Type.Object({}, { additionalProperties: false });

/** To be called before routes are made. Probes (`/health` and the like) and the docs mind no parameter. */
export function addAskedForAlone(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/') || route.schema?.querystring !== undefined) return;
    route.schema = { ...route.schema, querystring: noParameters };
  });
  app.addHook('preValidation', (request, _, done) => {
    // The one way in which a NUL can stand in an address.
    done(request.url.includes('%00') ? refuseNul(request) : undefined);
  });
  app.addHook('preHandler', (request, _, done) => {
    done(takesNoBody(request) && hasMembers(request.body) ? superfluousBody() : undefined);
  });
}

function refuseNul({ params, query }: FastifyRequest): HttpProblem | undefined {
  const parameter = nameWithNul(query);
  if (parameter !== undefined) return fieldProblem('querystring', parameter, 'contains a NUL character');
  const part = nameWithNul(params);
  return part === undefined ? undefined : fieldProblem('params', part, 'contains a NUL character');
}

function nameWithNul(values: unknown): string | undefined {
  const named = Object.entries(values ?? {});
  return named.find(([, value]) => [value].flat().some((text) => String(text).includes('\0')))?.[0];
}

function takesNoBody({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.schema !== undefined && routeOptions.schema.body === undefined;
}

/** An empty object is what some libraries send for nothing. */
function hasMembers(body: unknown): boolean {
  if (body === undefined) return false;
  return typeof body !== 'object' || body === null || Array.isArray(body) || Object.keys(body).length > 0;
}

function superfluousBody(): HttpProblem {
  return new HttpProblem('body_invalid', 'this address takes no body: leave it out');
}
