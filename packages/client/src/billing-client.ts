/**
 * The client's face: records and sends usage, and asks what it was. It only puts the parts together; what each
 * does stands in its own file.
 */
import { askEvents, askHealth, askUsage, type EventQuery, type Health, type Span } from './ask-server.ts';
import { BillingError, withEvents } from './billing-error.ts';
import { type DeliverEvents, makeDeliverEvents, type Outcome } from './deliver-events.ts';
import { type BillingClientOptions, readOptions, type Settings } from './options.ts';
import { type PreparedEvent, prepareEvent } from './prepare-event.ts';
import { type ClientStats, Recorder } from './recorder.ts';
import { closedError, makeRequests, type Requests, type SendRequest } from './send-request.ts';
import { sendUsage } from './send-usage.ts';
import { type Surroundings, systemSurroundings, within } from './surroundings.ts';
import type { CustomerUsage, IngestAnswer, ListedEvent } from './wire/answers.ts';
import type { UsageEvent } from './wire/event.ts';
import type { EventRefusal } from './wire/validate-event.ts';

/** Where an event went: keep `id` to find or explain it later. */
export interface RecordedUsage {
  id: string;
  /** RFC 3339 in UTC, with milliseconds. */
  time: string;
  /** `duplicate`: the server had it already, with the same content. Counted once either way. */
  status: 'accepted' | 'duplicate';
  /** What the server noted besides, such as `customer_unknown`: stored, but not billable yet. */
  warnings?: string[];
}

const defaultFlushMs = 30_000;

export class BillingClient {
  readonly #settings: Settings;
  readonly #surroundings: Surroundings;
  readonly #requests: Requests;
  readonly #deliver: DeliverEvents;
  readonly #recorder: Recorder;
  readonly #sends = new Set<Promise<unknown>>();
  #closed: Promise<ClientStats> | null = null;

  /** Connects to nothing yet. `surroundings` (clock, randomness, waiting) is for tests. */
  constructor(options: BillingClientOptions = {}, surroundings: Surroundings = systemSurroundings) {
    const settings = readOptions(options);
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#requests = makeRequests({ settings, surroundings });
    this.#deliver = makeDeliverEvents(this.#requests.send, settings.writeAttemptsMax);
    this.#recorder = new Recorder({
      deliver: this.#deliver,
      batch: settings.batch,
      sleep: surroundings.sleep,
    });
  }

  /**
   * Reports one use and resolves once it is stored. Without an `id` it gets one, and its `time`, before the
   * first attempt; an id of your own needs a `time` of your own (`time_missing`), or a repeat would differ.
   * Rejects with a BillingError: invalid (not sent), rejected, in conflict, or not answered. In the last case
   * its `events` holds what to send again. Calls made together go in one request.
   */
  async recordUsage(event: UsageEvent): Promise<RecordedUsage> {
    if (this.#closed !== null) throw closedError();
    const prepared = this.#prepare(event);
    if (!prepared.ok) throw new BillingError(prepared.message, prepared);
    const { id, time } = prepared.event;
    if (time === undefined) {
      const message = 'time is required where an id is given: a repeat must have the same time';
      throw new BillingError(message, { code: 'time_missing', field: 'time' });
    }
    const outcome = await this.#recorder.record(prepared.line);
    if (outcome.status !== 'accepted' && outcome.status !== 'duplicate')
      throw errorOf(outcome, prepared.event);
    const { status, warnings } = outcome;
    return { id, time, status, ...(warnings === undefined ? {} : { warnings }) };
  }

  /**
   * Sends events and waits for the server's results, whose indexes are those of `events`. An invalid event is
   * `rejected` without being sent. Rejects with a BillingError when it stays open what became of some; its
   * `events` holds what to send again.
   */
  async sendUsage(events: readonly UsageEvent[]): Promise<IngestAnswer> {
    if (this.#closed !== null) throw closedError();
    const sending = sendUsage(
      Array.from(events, (event) => this.#prepare(event)),
      this.#deliver,
    );
    this.#sends.add(sending);
    return sending.finally(() => this.#sends.delete(sending));
  }

  /** What a customer used and what it cost in `[from, to)`; by default in the current month of their zone. */
  async getUsage(customerId: string, span: Span = {}): Promise<CustomerUsage> {
    return askUsage(this.#asking(), customerId, { from: span.from, to: span.to });
  }

  /** The stored events that match, over all pages. Nothing is asked before the first is wanted. */
  getEvents(query: EventQuery = {}): AsyncGenerator<ListedEvent, void, undefined> {
    return askEvents(this.#asking(), query);
  }

  /** Resolves to `{ status: 'healthy' }`; rejects when the server does not say so. */
  async healthCheck(): Promise<Health> {
    return askHealth(this.#asking());
  }

  /** Resolves when nothing is on its way any more, or after `timeoutMs`. Never rejects. */
  async flush(timeoutMs: number = defaultFlushMs): Promise<ClientStats> {
    const sends = Promise.allSettled(this.#sends);
    await within(Promise.all([this.#recorder.whenIdle(), sends]), timeoutMs);
    return this.stats();
  }

  /**
   * Takes no more, flushes for at most `timeoutMs`, then ends what is still under way: those calls reject with
   * code `closed`, and whether their events were stored is open. Never rejects; closing twice is closing once.
   */
  close(timeoutMs: number = defaultFlushMs): Promise<ClientStats> {
    this.#closed ??= this.flush(timeoutMs).then(async () => {
      this.#requests.close();
      await this.#recorder.whenIdle();
      return this.stats();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close().then(() => undefined);
  }

  /** Of the events given to `recordUsage`, since this client was made. */
  stats(): ClientStats {
    return this.#recorder.stats();
  }

  #asking(): { sendRequest: SendRequest; attemptsMax: number } {
    return { sendRequest: this.#requests.send, attemptsMax: this.#settings.readAttemptsMax };
  }

  #prepare(event: unknown): PreparedEvent | EventRefusal {
    return prepareEvent(event, { source: this.#settings.source, surroundings: this.#surroundings });
  }
}

function errorOf(outcome: Outcome, event: UsageEvent): BillingError {
  if (outcome.status === 'failed') return withEvents(outcome.error, [event]);
  const { status, code = status, field, message } = outcome;
  return new BillingError(message ?? `the event is ${status}: ${code}`, { code, field, events: [event] });
}
