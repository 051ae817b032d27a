/**
 * The times that the relay gave to events which came without one: the moment of receipt, as the server would take. A
 * repeat must have the same time, or the server would call it a conflict; the latest are remembered. Not on disk.
 */
const rememberedMax = 100_000;

export class StampedTimes {
  readonly #times = new Map<string, string>();

  /** `now`: RFC 3339. The time given first to this identity, else `now`. */
  stamp(source: string | undefined, id: string, now: string): string {
    const key = `${source ?? ''}\0${id}`;
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    this.#times.set(key, now);
    if (this.#times.size > rememberedMax) {
      for (const oldest of this.#times.keys()) {
        this.#times.delete(oldest);
        break;
      }
    }
    return now;
  }
}
