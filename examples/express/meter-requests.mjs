// @ts-check
/**
 * An Express middleware that meters requests: one usage event for each that was answered, by customer and route. The
 * request never waits for it, and a server that is away costs nothing: events wait in the spool.
 *
 * npm install express @countinghouse/client
 */

/**
 * @typedef {object} MeterOptions
 * @property {import('@countinghouse/client').BillingClient} billing with a spool
 * @property {string} [service]
 * @property {(request: any) => string | undefined} customerOf undefined: not metered
 * @property {(error: unknown) => void} [onError] an event that could not be kept: the spool is full, or its disk is
 */

/** @param {MeterOptions} options */
export function meterRequests({ billing, service = 'APIRequests', customerOf, onError = console.error }) {
  return (/** @type {any} */ request, /** @type {any} */ response, /** @type {() => void} */ next) => {
    const startedAt = performance.now();
    // `finish`: answered. A request that the caller broke off is not counted.
    response.once('finish', () => {
      const customer_id = customerOf(request);
      if (customer_id === undefined) return;
      const properties = {
        method: request.method,
        // The route and not the address: ids in it would make every request a group of its own.
        route: request.route?.path ?? 'none',
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
      };
      billing.recordUsage({ customer_id, service, properties }).catch(onError);
    });
    next();
  };
}
