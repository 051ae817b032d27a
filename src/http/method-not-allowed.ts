/** A known address with another method is 405 with `Allow`, not 404. */
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Watches which routes are made; the function it returns, called after the last one, answers the other methods. */
export function addMethodNotAllowed(app: FastifyInstance): () => void {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPath.set(url, methods);
  });
  return () => {
    const known = [...methodsByPath];
    for (const [url] of known) {
      if (url.startsWith('/docs') || url.includes('*')) continue;
      const methods = known.filter(([pattern]) => covers(pattern, url)).flatMap(([, taken]) => [...taken]);
      answerOthers(app, url, new Set(methods));
    }
  };
}

/** Whether requests for `url` reach this pattern too: `/v1/corrections/preview` is also a correction of that id. */
function covers(pattern: string, url: string): boolean {
  const [wanted, given] = [pattern.split('/'), url.split('/')];
  if (wanted.length !== given.length) return false;
  return wanted.every((part, at) => part === given[at] || (part.startsWith(':') && given[at] !== ''));
}

function answerOthers(app: FastifyInstance, url: string, methods: ReadonlySet<string>): void {
  const allow = [...methods].sort().join(', ');
  const refuse = async () => {
    throw new HttpProblem('method_not_allowed', `this address takes ${allow}`, {}, { allow });
  };
  app.route({
    method: app.supportedMethods.filter((method) => !methods.has(method)),
    url,
    schema: { hide: true },
    // Before the body is read: it does not matter what it is.
    onRequest: refuse,
    handler: refuse,
  });
}
