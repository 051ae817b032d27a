// @ts-check
/** Questions to the running server that the benchmark needs the answers of; not the load. */

/** @typedef {{ url: string, token: string }} Server */

/**
 * @param {Server} server
 * @param {import('./event-span.mjs').Span} span
 * @returns {Promise<{ events: number, quantityThousandths: string, ms: number }>} everything it has, and how long it took to say so
 */
export async function askTotals(server, span) {
  const startedAt = performance.now();
  const text = await get(server, `/v1/usage?${new URLSearchParams(span)}`);
  const { rows } = /** @type {{ rows: { events: number, quantity: string }[] }} */ (JSON.parse(text));
  return {
    events: rows[0]?.events ?? 0,
    quantityThousandths: thousandths(rows[0]?.quantity ?? '0'),
    ms: performance.now() - startedAt,
  };
}

/**
 * One of the server's own measurements, its name without `countinghouse_`.
 * @param {Server} server
 * @param {string} name
 * @returns {Promise<number | null>} null when it does not say
 */
export async function askGauge(server, name) {
  const text = await get(server, '/metrics');
  const value = new RegExp(`^countinghouse_${name} (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

/**
 * @param {Server} server
 * @param {string} path
 */
async function get({ url, token }, path) {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text;
}

/**
 * `"12.5"` → `"12500"`, without a float in between.
 * @param {string} decimal
 */
function thousandths(decimal) {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(3, '0')).toString();
}
