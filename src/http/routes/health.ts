/** Whether the process is alive and whether it can do its work. Never needs a key. */
import '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

export interface Health {
  /** Why the server cannot take its work at this moment; empty when it can. */
  reasonsNotReady(): readonly string[];
}

export function healthRoutes(app: FastifyInstance, health: Health): void {
  const tags = ['health'];
  const healthy = Type.Object({ status: Type.Literal('healthy') });
  const schema = (summary: string) => ({ schema: { summary, tags, response: { 200: healthy } } });
  app.get('/health', schema('The process answers'), async () => ({ status: 'healthy' }));
  app.get('/livez', schema('The process answers'), async () => ({ status: 'healthy' }));
  app.get(
    '/readyz',
    { schema: { summary: 'The server can take its work, or why it cannot', tags } },
    async (_, reply) => {
      const reasons = health.reasonsNotReady();
      void reply.code(reasons.length === 0 ? 200 : 503);
      return { status: reasons.length === 0 ? 'ready' : 'not_ready', reasons };
    },
  );
}
