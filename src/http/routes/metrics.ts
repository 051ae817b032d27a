/** What the server counts and times, for Prometheus. It names nobody; a key that is needed must be one that may read. */
import '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

export interface Metrics {
  /** The media type of what `render` gives. */
  readonly contentType: string;
  render(): Promise<string>;
}

export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    const text = await metrics.render();
    return reply.header('content-type', metrics.contentType).send(text);
  });
}
