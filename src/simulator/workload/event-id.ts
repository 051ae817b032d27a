/**
 * Ids of simulated events. An id says which simulated span the event belongs to, by its end, so that a later run of the same
 * seed can read it from any event that the server has, and send the very same events again.
 */

/** What stands before an event's own name; `anchorMs` is the end of the simulated span. */
export function idPrefix(anchorMs: number): string {
  return `${anchorMs.toString(36)}.`;
}

/** The end of the simulated span of an event; null for an id that the simulator did not make. */
export function anchorOf(id: string): number | null {
  const match = /^([0-9a-z]{8,9})\./.exec(id);
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 36);
}
