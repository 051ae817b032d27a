/** A known address with another method is 405 with `Allow`, not 404. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { HttpProblem } from './problem.ts';

const all: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Watches which routes are made; the function it returns, called after the last one, answers the other methods. */
export function addMethodNotAllowed(app: FastifyInstance): () => void {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPath.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...methodsByPath]) {
      if (!url.startsWith('/docs') && !url.includes('*')) answerOthers(app, url, methods);
    }
  };
}

function answerOthers(app: FastifyInstance, url: string, methods: ReadonlySet<string>): void {
  const allow = [...methods].sort().join(', ');
  const refuse = async () => {
    throw new HttpProblem('method_not_allowed', `this address takes ${allow}`, {}, { allow });
  };
  app.route({
    method: all.filter((method) => !methods.has(method)),
    url,
    schema: { hide: true },
    // Before the body is read: it does not matter what it is.
    onRequest: refuse,
    handler: refuse,
  });
}
