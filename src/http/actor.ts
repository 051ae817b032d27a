/** Who a request acts for, as the audit log names them: the key's name, or `local` without one. */
import type { FastifyRequest } from 'fastify';
import { callerOf } from './check-access.ts';

export function actorOf(request: FastifyRequest): string {
  return callerOf(request).actor;
}
