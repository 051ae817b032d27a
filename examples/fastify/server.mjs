// @ts-check
/** A service that meters its requests. COUNTINGHOUSE_URL=http://127.0.0.1:8787 node examples/fastify/server.mjs */
import { mkdirSync } from 'node:fs';
import { BillingClient } from '@countinghouse/client';
import { fastify } from 'fastify';
import { meterRequests } from './meter-requests.mjs';

const directory = process.env.SPOOL ?? './spool';
mkdirSync(directory, { recursive: true });
const billing = new BillingClient({ source: 'fastify-example', spool: { directory } });

const app = fastify();
await app.register(meterRequests, {
  billing,
  customerOf: (/** @type {import('fastify').FastifyRequest} */ request) => {
    const customer = request.headers['x-customer'];
    return typeof customer === 'string' ? customer : undefined;
  },
});
app.get('/hello/:name', async (request) => ({
  hello: /** @type {{ name: string }} */ (request.params).name,
}));

console.log(
  `listening on ${await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })}`,
);
process.once('SIGTERM', () => void app.close());
