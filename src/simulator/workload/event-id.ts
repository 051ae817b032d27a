/**
 * Ids of simulated events. An id says which simulated day the event belongs to, so that a later run of the same
 * seed can read the day from any event that the server has, and send the very same events again.
 */

/** `anchorMs` is the end of the simulated day; `label` names the event within it. */
export function eventId(anchorMs: number, label: string): string {
  return `${anchorMs.toString(36)}.${label}`;
}

/** The end of the simulated day of an event; null for an id that the simulator did not make. */
export function anchorOf(id: string): number | null {
  const match = /^([0-9a-z]{8,9})\./.exec(id);
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 36);
}
