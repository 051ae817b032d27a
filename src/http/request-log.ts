/** One line a request: id, method, route, status, duration, who asked and event counts. Never a payload or a header. */
import type { FastifyInstance } from 'fastify';

export interface EventCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where events were reported. */
    eventCounts: EventCounts | null;
  }
}

export function logRequests(app: FastifyInstance): void {
  app.decorateRequest('eventCounts', null);
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        ...(request.principal && { actor: request.principal.actor }),
        ...(request.eventCounts && { events: request.eventCounts }),
      },
      'request',
    );
  });
}
