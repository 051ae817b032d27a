import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { scopes } from '../usecases/identify-caller.ts';
import { accessOf, accessTable, isOpen } from './access-table.ts';
import { checkAccess } from './check-access.ts';

const options = { identifyCaller: () => null, localToken: 'token', reachable: false };

/** An application with these routes, as far as access looks at it. */
function routesOf(routes: readonly string[]): () => void {
  const app = Fastify();
  const assertAccess = checkAccess(app, options);
  for (const route of routes) {
    const [method = '', url = ''] = route.split(' ');
    app.route({ method: method as 'GET', url, handler: async () => ({}) });
  }
  return assertAccess;
}

it('every route of the table states a scope that there is', () => {
  const entries = Object.entries(accessTable);
  expect(entries).toHaveLength(49);
  for (const [route, { scope }] of entries) expect(scopes, route).toContain(scope);
});

it('a route that is in no table stops the server from starting, whatever it is called', () => {
  const all = Object.keys(accessTable);
  expect(routesOf([...all, 'GET /health', 'GET /docs/x'])).not.toThrow();
  expect(routesOf([...all, 'GET /v1/secrets'])).toThrow(/lacks GET \/v1\/secrets/);
  expect(routesOf([...all, 'DELETE /v1/customers/:id'])).toThrow(/lacks DELETE/);
  expect(routesOf([...all, 'GET /healthy'])).toThrow(/lacks GET \/healthy/);
});

it('an entry without a route stops the server from starting', () => {
  expect(routesOf(Object.keys(accessTable).slice(1))).toThrow(/without a route: POST \/v1\/events/);
});

it('HEAD is as GET; a pattern that names a member of every object is no route', () => {
  expect(accessOf('HEAD', '/v1/usage')).toBe(accessTable['GET /v1/usage']);
  expect(accessOf('', 'constructor')).toBeUndefined();
});

it.each([
  ['/health', true],
  ['/docs', true],
  ['/docs/static/*', true],
  ['/metrics', false],
  ['/docsx', false],
  ['/v1/docs', false],
  ['', false],
])('%j is open: %s', (pattern, open) => {
  expect(isOpen(pattern)).toBe(open);
});
