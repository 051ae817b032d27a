// @ts-check
/** Loads a server from several connections, and keeps in a ledger what it answered. It judges nothing but answers. */

/**
 * @typedef {import('./ledger.mjs').Ledger} Ledger
 *
 * @typedef {object} LoadOptions
 * @property {number} [connections]
 * @property {number} [batches] in all; a server that is to die should be dead before
 * @property {(answered: number) => void} [onAnswer]
 *
 * @typedef {object} Loaded
 * @property {number} answered with 200
 * @property {number} refused with 503: not acknowledged
 * @property {boolean} isGone whether the server stopped answering
 */

/**
 * @param {string} url
 * @param {Ledger} ledger
 * @param {LoadOptions} [options]
 * @returns {Promise<Loaded>}
 */
export async function load(url, ledger, { connections = 4, batches = 400, onAnswer } = {}) {
  const loaded = { answered: 0, refused: 0, isGone: false };
  let left = batches;
  const connection = async () => {
    while (!loaded.isGone && left > 0) {
      left -= 1;
      const status = await report(url, ledger);
      if (status === null) loaded.isGone = true;
      else if (status === 200) loaded.answered += 1;
      else loaded.refused += 1;
      if (status === 200) onAnswer?.(loaded.answered);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return loaded;
}

/** Sends one batch; null when there was no answer. @param {string} url @param {Ledger} ledger */
export async function report(url, ledger) {
  const batch = ledger.nextBatch();
  const events = batch.map(({ event }) => event);
  const answer = await post(url, events).catch(() => null);
  if (answer === null) return null;
  if (answer.status === 200) ledger.takeAnswer(batch, answer.body);
  else if (answer.status !== 503) ledger.breaches.push(`answered ${answer.status}`);
  else if (answer.retryAfter === null) ledger.breaches.push('503 without Retry-After');
  return answer.status;
}

/**
 * @param {string} url
 * @param {unknown} events
 * @returns {Promise<{ status: number, retryAfter: string | null, body: any }>}
 */
export async function post(url, events) {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  const body = await response.json();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}
