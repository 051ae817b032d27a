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
      const properties = {
        method: request.method,
        route: routeOf(request),
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
      };
      // In a promise, so that whatever fails here is told to `onError`: thrown from an event it would end the process.
      record(request, properties).catch(onError);
    });
    next();
  };

  /**
   * @param {any} request
   * @param {Record<string, string | number>} properties
   */
  async function record(request, properties) {
    const customer_id = customerOf(request);
    if (customer_id !== undefined) await billing.recordUsage({ customer_id, service, properties });
  }
}

/**
 * The route and not the address: ids in it would make every request a group of its own. Where a router is mounted
 * stands before it; a route may be a pattern or a list, and a property is text.
 * @param {any} request
 */
function routeOf({ route, baseUrl = '' }) {
  return route === undefined ? 'none' : `${baseUrl}${route.path}`;
}
