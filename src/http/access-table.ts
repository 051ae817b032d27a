/**
 * Who may do what: for every route the scope that a key needs, and how a key of one customer is kept to it. A route that
 * is not listed here stops the server from starting, and so does an entry without a route. It checks nothing itself.
 */
import type { Scope } from '../usecases/identify-caller.ts';

/**
 * How a key of one customer is kept to its data:
 * - `path`: the `:id` of the path must be its customer;
 * - `query`: `customer_id` must be its customer, and is put in when it is left out;
 * - `body`: the body's `customer_id` must be there and be its customer;
 * - `statement`: the customer in the path's statement id must be its customer;
 * - `route`: the route itself looks at what it gives;
 * - `shared`: what is read belongs to no customer;
 * - `refused`: it is about everybody.
 */
export type CustomerRule = 'path' | 'query' | 'statement' | 'body' | 'route' | 'shared' | 'refused';

export interface Access {
  readonly scope: Scope;
  readonly customer: CustomerRule;
}

const read = (customer: CustomerRule): Access => ({ scope: 'read', customer });
const write = (customer: CustomerRule): Access => ({ scope: 'records:write', customer });
const close = (customer: CustomerRule): Access => ({ scope: 'statements:write', customer });
const admin: Access = { scope: 'admin', customer: 'refused' };

/** By method and pattern. HEAD is as GET. */
export const accessTable: Readonly<Record<string, Access>> = {
  'POST /v1/events': { scope: 'events:write', customer: 'route' },
  'GET /v1/events': read('query'),
  'GET /v1/events/:source/:id': read('route'),
  'GET /v1/events/:source/:id/explain': read('route'),
  // They name events of any customer, and may hand one over to another.
  'POST /v1/corrections': write('refused'),
  'POST /v1/corrections/preview': read('refused'),
  'GET /v1/corrections': read('refused'),
  'GET /v1/corrections/:id': read('refused'),

  'PUT /v1/customers/:id': write('path'),
  'GET /v1/customers/:id': read('path'),
  'POST /v1/customers/:id/archive': write('path'),
  'GET /v1/customers': read('route'),
  'GET /v1/customers/:id/usage': read('path'),

  'PUT /v1/services/:id': write('refused'),
  'GET /v1/services/:id': read('shared'),
  'POST /v1/services/:id/archive': write('refused'),
  'GET /v1/services': read('shared'),

  'POST /v1/meters': write('refused'),
  'GET /v1/meters/:id': read('shared'),
  'GET /v1/meters': read('shared'),

  'POST /v1/prices': write('body'),
  'POST /v1/prices/what-if': read('refused'),
  'GET /v1/prices/:id': read('route'),
  'GET /v1/prices': read('query'),

  'GET /v1/usage': read('query'),
  'GET /v1/costs': read('query'),
  'GET /v1/analysis/customers': read('query'),
  'GET /v1/analysis/forecast': read('query'),
  'GET /v1/analysis/anomalies': read('query'),
  'GET /v1/analysis/top': read('refused'),
  'GET /v1/analysis/growth': read('refused'),
  'GET /v1/suspense': read('route'),

  'GET /v1/customers/:id/statements/draft': read('path'),
  'GET /v1/customers/:id/statements': read('path'),
  'POST /v1/customers/:id/statements': close('path'),
  'POST /v1/statements': close('refused'),
  'GET /v1/statements': read('query'),
  'GET /v1/statements/:id': read('statement'),
  'GET /v1/statements/:id/lines': read('statement'),
  'GET /v1/statements/:id/lines/:line/explain': read('statement'),
  'GET /v1/statements/:id/lines/:line/events': read('statement'),
  'GET /v1/statements/:id/canonical': read('statement'),
  'GET /v1/verification': read('query'),

  'GET /v1/audit': admin,

  'POST /v1/keys': admin,
  'GET /v1/keys': admin,
  'POST /v1/keys/:name/rotate': admin,
  'POST /v1/keys/:name/revoke': admin,

  // It names nobody, but tells how much there is of everything.
  'GET /metrics': read('refused'),
};

const openPatterns = new Set(['/health', '/livez', '/readyz', '/openapi.json', '/docs']);

/** These never need a key, and do not look at one (DESIGN.md 3.4). */
export function isOpen(pattern: string): boolean {
  return openPatterns.has(pattern) || pattern.startsWith('/docs/');
}

export function accessOf(method: string, pattern: string): Access | undefined {
  const key = `${method === 'HEAD' ? 'GET' : method} ${pattern}`;
  return Object.hasOwn(accessTable, key) ? accessTable[key] : undefined;
}
