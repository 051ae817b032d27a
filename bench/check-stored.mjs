// @ts-check
/** Asks the server what it has and compares: every acknowledged event, no other, and their exact sum. */
import { span } from './event-body.mjs';

/**
 * @param {{ url: string, token: string }} server
 * @param {import('./load-generator.mjs').StoredTotals} acknowledged
 * @returns {Promise<void>} Rejects when there is a difference.
 */
export async function checkStored({ url, token }, acknowledged) {
  const query = new URLSearchParams(span);
  const answer = await fetch(`${url}/v1/usage?${query}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (answer.status !== 200)
    throw new Error(`GET /v1/usage answered ${answer.status}: ${text.slice(0, 500)}`);
  const { rows } = /** @type {{ rows: { events: number, quantity: string }[] }} */ (JSON.parse(text));
  const events = rows[0]?.events ?? 0;
  const quantity = thousandths(rows[0]?.quantity ?? '0');
  if (events === acknowledged.events && quantity === acknowledged.quantityThousandths) return;
  throw new Error(
    `the server has ${events} events (quantity ${quantity} thousandths), ` +
      `acknowledged were ${acknowledged.events} (${acknowledged.quantityThousandths})`,
  );
}

/**
 * `"12.5"` → `"12500"`, without a float in between.
 * @param {string} decimal
 */
function thousandths(decimal) {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(3, '0')).toString();
}
