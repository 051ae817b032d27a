// @ts-check
/** The books must balance: the server has every acknowledged event, no other, and their exact sum. */
import { askTotals } from './ask-server.mjs';

/**
 * @param {import('./ask-server.mjs').Server} server
 * @param {import('./event-span.mjs').Span} span
 * @param {import('./load-generator.mjs').StoredTotals} acknowledged before this was called
 * @returns {Promise<number>} milliseconds that the question took; rejects when there is a difference
 */
export async function checkStored(server, span, acknowledged) {
  const { events, quantityThousandths, ms } = await askTotals(server, span);
  if (events === acknowledged.events && quantityThousandths === acknowledged.quantityThousandths) return ms;
  throw new Error(
    `the server has ${events} events (quantity ${quantityThousandths} thousandths), ` +
      `acknowledged were ${acknowledged.events} (${acknowledged.quantityThousandths})`,
  );
}
