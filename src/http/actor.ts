/** Who a request acts for, as the audit log names them. There are no API keys of their own yet: everybody is local. */
import type { FastifyRequest } from 'fastify';

export function actorOf(_request: FastifyRequest): string {
  return 'local';
}
