// @ts-check
/**
 * What a client knows: what it sent, and what the server told it. It holds every answer to what was answered before;
 * what it finds wrong it keeps as `breaches`. It sends nothing.
 */

/**
 * @typedef {object} SentEvent
 * @property {string} source
 * @property {string} id
 * @property {string} customer_id
 * @property {string} service
 * @property {string} time
 * @property {string} quantity
 *
 * @typedef {object} Sending
 * @property {SentEvent} event
 * @property {boolean} isConflict other content than what was acknowledged under this identity
 *
 * @typedef {{ results: { index: number, status: string, code?: string }[] }} Answer
 */

const months = ['2025-03', '2025-04', '2025-10'];

export class Ledger {
  /** First content first: only acknowledged identities are sent with another one. @type {Map<string, SentEvent>} */
  sent = new Map();
  /** @type {Set<string>} */
  acknowledged = new Set();
  /** @type {Set<string>} */
  accepted = new Set();
  /** @type {string[]} */
  breaches = [];
  /** Set by the audit. */
  isAudited = false;
  #chance;
  #source;

  /** @param {string} source @param {import('./chance.mjs').Chance} chance */
  constructor(source, chance) {
    this.#source = source;
    this.#chance = chance;
  }

  get source() {
    return this.#source;
  }

  /** New events, repeats of earlier ones whose answer may be open, some twice, and conflicts. @returns {Sending[]} */
  nextBatch() {
    const chance = this.#chance;
    /** @type {Sending[]} */
    const batch = [];
    const size = 1 + chance.below(30);
    for (let at = 0; at < size; at += 1) batch.push({ event: this.#newEvent(), isConflict: false });
    if (chance.oneIn(3)) batch.push(/** @type {Sending} */ (batch[0]));
    for (const event of this.#some([...this.sent.values()])) batch.push({ event, isConflict: false });
    for (const id of this.#some([...this.acknowledged])) {
      const event = /** @type {SentEvent} */ (this.sent.get(id));
      batch.push({ event: { ...event, quantity: `1${event.quantity}` }, isConflict: true });
    }
    return batch;
  }

  /** @template T @param {T[]} items @returns {T[]} */
  #some(items) {
    if (items.length === 0) return [];
    return Array.from({ length: this.#chance.below(4) }, () => this.#chance.pick(items));
  }

  /** Hundredths are unique enough that a lost and a doubled event cannot cancel out. */
  #newEvent() {
    const chance = this.#chance;
    const day = `${1 + chance.below(28)}`.padStart(2, '0');
    const event = {
      source: this.#source,
      id: `${this.sent.size}`,
      customer_id: `crash-${chance.below(3)}`,
      service: 'Crashed',
      time: `${chance.pick(months)}-${day}T00:00:00.000Z`,
      quantity: `${1 + chance.below(10_000)}.${chance.below(10)}${1 + chance.below(9)}`,
    };
    this.sent.set(event.id, event);
    return event;
  }

  /** @param {readonly Sending[]} batch @param {Answer} answer */
  takeAnswer(batch, { results }) {
    const statuses = batch.map(() => 'accepted');
    for (const { index, status } of results) statuses[index] = status;
    for (const [at, { event, isConflict }] of batch.entries()) {
      const status = statuses[at] ?? '';
      const allowed = isConflict ? ['conflict'] : ['accepted', 'duplicate'];
      if (!allowed.includes(status)) this.breaches.push(`${event.id} was answered ${status}`);
      if (isConflict) continue;
      if (status === 'accepted') {
        if (this.accepted.has(event.id)) this.breaches.push(`${event.id} was accepted twice`);
        this.accepted.add(event.id);
      }
      this.acknowledged.add(event.id);
    }
  }

  /** @returns {SentEvent[]} */
  unacknowledged() {
    return [...this.sent.values()].filter(({ id }) => !this.acknowledged.has(id));
  }
}
