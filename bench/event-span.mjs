// @ts-check
/**
 * The times over which events are spread. Each span is past, so that no event is refused as being ahead of the clock.
 */

/** @typedef {{ from: string, to: string }} Span `from` is inclusive, `to` exclusive; both are midnights in UTC. */

/** @type {Span} */
export const oneMonth = { from: '2025-11-01T00:00:00Z', to: '2025-12-01T00:00:00Z' };
/** What a year's back-fill brings: every block of the store touches all of these months. */
/** @type {Span} */
export const thirteenMonths = { from: '2024-11-01T00:00:00Z', to: '2025-12-01T00:00:00Z' };

const dayMs = 86_400_000;

/**
 * @param {Span} span
 * @returns {Buffer[]} each day as the ten characters that stand in a timestamp
 */
export function daysOf({ from, to }) {
  const days = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += dayMs) {
    days.push(Buffer.from(new Date(ms).toISOString().slice(0, 10), 'latin1'));
  }
  return days;
}
