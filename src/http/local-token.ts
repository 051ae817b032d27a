/**
 * On loopback no key is needed, but one that is sent is checked: today there is one, the token that the server leaves
 * in its data folder for commands on the same machine. API keys of their own are a later milestone.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

const open = new Set(['/health', '/livez', '/readyz', '/metrics', '/openapi.json']);

export function checkLocalToken(app: FastifyInstance, token: string): void {
  const expected = digest(`Bearer ${token}`);
  app.addHook('onRequest', async (request) => {
    const sent = request.headers.authorization;
    const { url = '' } = request.routeOptions;
    if (sent === undefined || open.has(url) || url.startsWith('/docs')) return;
    if (timingSafeEqual(digest(sent), expected)) return;
    const headers = { 'www-authenticate': 'Bearer' };
    throw new HttpProblem('key_invalid', 'the key in Authorization is not known to this server', {}, headers);
  });
}

/** Digests are compared, so that the lengths are equal whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
