// @ts-check
/**
 * A Fastify plugin that meters requests: one usage event for each that was answered, by customer and route. The answer
 * never waits for it, and a server that is away costs nothing: events wait in the spool.
 *
 * npm install fastify @countinghouse/client
 */

/**
 * @typedef {object} MeterOptions
 * @property {import('@countinghouse/client').BillingClient} billing with a spool
 * @property {string} [service]
 * @property {(request: import('fastify').FastifyRequest) => string | undefined} customerOf undefined: not metered
 */

/**
 * @param {import('fastify').FastifyInstance} app
 * @param {MeterOptions} options
 */
export async function meterRequests(app, { billing, service = 'APIRequests', customerOf }) {
  app.addHook('onResponse', async (request, reply) => {
    const customer_id = customerOf(request);
    if (customer_id === undefined) return;
    const properties = {
      method: request.method,
      // The route and not the address: ids in it would make every request a group of its own.
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    const recorded = billing.recordUsage({ customer_id, service, properties });
    recorded.catch((error) => request.log.error({ err: error }, 'usage was not recorded'));
  });
  app.addHook('onClose', async () => {
    // What cannot be delivered in five seconds is delivered after the next start.
    await billing.close(5_000);
  });
}

// Its hooks are for the whole application, not only for routes that the plugin itself adds.
Object.assign(meterRequests, { [Symbol.for('skip-override')]: true });
