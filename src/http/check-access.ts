/**
 * Who is asking, and whether they may: the key in `Authorization`, its scope, its customer. On loopback no key is needed,
 * but one that is sent is checked. The rules of each route stand in access-table.ts.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { allows, type IdentifyCaller, localPrincipal, type Principal } from '../usecases/identify-caller.ts';
import { type Access, accessOf, accessTable, type CustomerRule, isOpen } from './access-table.ts';
import { signOfOutside } from './loopback.ts';
import { HttpProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; null on routes that do not look. */
    principal: Principal | null;
  }
}

export interface AccessOptions {
  readonly identifyCaller: IdentifyCaller;
  /** The token that the server leaves in its data folder for commands on the same machine. */
  readonly localToken: string;
  /** Other machines can reach the port: a key is needed whatever the request looks like. */
  readonly reachable: boolean;
}

/** Call the function it returns when all routes but the refusing ones are made: it finds those that are in no table. */
export function checkAccess(app: FastifyInstance, options: AccessOptions): () => void {
  const identify = makeIdentify(options);
  const routes = new Set<string>();
  app.decorateRequest('principal', null);
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.add(`${method} ${route.url}`);
    describeAccess(route);
  });
  // Not async: they come with every request.
  app.addHook('onRequest', (request, _, done) => {
    const { url: pattern = '' } = request.routeOptions;
    if (isOpen(pattern)) return done();
    const caller = identify(request);
    if (caller instanceof HttpProblem) return done(caller);
    request.principal = caller;
    const access = accessOf(request.method, pattern);
    // Without one there is no such route, and the answer is 404 or 405.
    done(access && !allows(caller.scopes, access.scope) ? lacking(access) : undefined);
  });
  app.addHook('preHandler', (request, _, done) => {
    const customerId = request.principal?.customerId ?? null;
    if (customerId === null) return done();
    const access = accessOf(request.method, request.routeOptions.url ?? '');
    done(!access || isOwn(request, access.customer, customerId) ? undefined : another());
  });
  return () => assertComplete(routes);
}

/** Who is asking. Throws on a route that is open to everybody: it must not ask. */
export function callerOf({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new Error('an open route asked who is calling');
  return principal;
}

/** Refuses what belongs to another customer than the key's. */
export function assertOwn({ customerId }: Principal, of: string): void {
  if (customerId !== null && customerId !== of) throw another();
}

function makeIdentify({ identifyCaller, localToken, reachable }: AccessOptions) {
  const expected = digest(localToken);
  return ({ headers }: FastifyRequest): Principal | HttpProblem => {
    const sent = headers.authorization;
    if (sent !== undefined) {
      const text = /^bearer +(\S+)$/i.exec(sent)?.[1] ?? '';
      if (timingSafeEqual(digest(text), expected)) return localPrincipal;
      const detail = 'the key in Authorization is not known to this server, or was revoked';
      return identifyCaller(text) ?? unauthorised('key_invalid', detail);
    }
    const outside = reachable ? 'other machines can reach this server' : signOfOutside(headers);
    if (outside === null) return localPrincipal;
    return unauthorised('key_missing', `send Authorization: Bearer with a key, because ${outside}`);
  };
}

function unauthorised(code: 'key_invalid' | 'key_missing', detail: string): HttpProblem {
  return new HttpProblem(code, detail, {}, { 'www-authenticate': 'Bearer' });
}

function lacking({ scope }: Access): HttpProblem {
  return new HttpProblem('scope_missing', `this needs a key with the scope ${scope}`);
}

function another(): HttpProblem {
  const detail = "this key is for one customer's data only, and this is not its own";
  return new HttpProblem('customer_forbidden', detail, {});
}

/** After the request was checked against its schema, so that what is looked at has the right shape. */
function isOwn(request: FastifyRequest, rule: CustomerRule, customerId: string): boolean {
  const query = request.query as { customer_id?: string };
  switch (rule) {
    case 'path':
      return (request.params as { id: string }).id === customerId;
    case 'query':
      query.customer_id ??= customerId;
      return query.customer_id === customerId;
    case 'statement': {
      const { id } = request.params as { id: string };
      return id.slice(0, id.lastIndexOf(':')) === customerId;
    }
    case 'body':
      return (request.body as { customer_id?: string }).customer_id === customerId;
    case 'route':
    case 'shared':
      return true;
    case 'refused':
      return false;
  }
}

/** Digests are compared, so that the lengths are equal whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What the OpenAPI document says of it: the scope, and that on loopback no key is needed. */
function describeAccess(route: RouteOptions): void {
  const access = accessOf(String([route.method].flat()[0]), route.url);
  if (!access || !route.schema) return;
  route.schema = { ...route.schema, security: [{ key: [access.scope] }, {}] };
}

function assertComplete(routes: ReadonlySet<string>): void {
  const closed = [...routes].filter((route) => !isOpen(route.split(' ')[1] ?? ''));
  const without = closed.filter((route) => {
    const [method = '', pattern = ''] = route.split(' ');
    return accessOf(method, pattern) === undefined;
  });
  const stale = Object.keys(accessTable).filter((route) => !routes.has(route));
  if (without.length + stale.length === 0) return;
  throw new Error(
    `http/access-table.ts lacks ${without.join(', ') || 'none'}; without a route: ${stale.join(', ') || 'none'}`,
  );
}
