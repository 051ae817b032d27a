/**
 * The client's face: records and sends usage; what it asks is its reader's. It only puts the parts together; what each
 * does stands in its own file.
 */
import { BillingError, withEvents } from './billing-error.ts';
import { BillingReader } from './billing-reader.ts';
import { closedError } from './closed-error.ts';
import { type ClientStats, Counts } from './counts.ts';
import { type DeliverEvents, makeDeliverEvents, type Outcome } from './deliver-events.ts';
import { makeFetchExchange } from './exchange.ts';
import { makeMintId } from './mint-id.ts';
import { openOutbox, type SpoolSender } from './open-outbox.ts';
import type { BillingClientOptions } from './options.ts';
import { type Platform, portablePlatform } from './platform.ts';
import { type PreparedEvent, prepareEvent, writtenEvent } from './prepare-event.ts';
import { readOptions } from './read-options.ts';
import { Recorder } from './recorder.ts';
import { makePrepareBody } from './request-body.ts';
import { makeRequests, type Requests } from './send-request.ts';
import { sendUsage } from './send-usage.ts';
import { type Surroundings, systemSurroundings, within } from './surroundings.ts';
import type { IngestAnswer } from './wire/answers.ts';
import type { UsageEvent } from './wire/event.ts';
import type { EventRefusal } from './wire/validate-event.ts';

/** Where an event went: keep `id` to find or explain it later. */
export interface RecordedUsage {
  id: string;
  /** RFC 3339 in UTC, with milliseconds. */
  time: string;
  /**
   * `queued`: it is in the spool, and will be delivered. Without a spool `accepted`, or `duplicate`: the server had it
   * already, with the same content. Counted once either way.
   */
  status: 'accepted' | 'duplicate' | 'queued';
  /** What the server noted besides, such as `customer_unknown`: stored, but not billable yet. */
  warnings?: string[];
}

const defaultFlushMs = 30_000;

export class BillingClient extends BillingReader {
  readonly #preparing: Parameters<typeof prepareEvent>[1];
  readonly #requests: Requests;
  readonly #deliver: DeliverEvents;
  readonly #counts: Counts;
  readonly #recorder: Recorder;
  /** Null without a spool. */
  readonly #spool: SpoolSender | null;
  readonly #sends = new Set<Promise<unknown>>();
  #closed: Promise<ClientStats> | null = null;

  /**
   * Connects to nothing yet. Throws a BillingError: `option_unknown`, `option_invalid`, `spool_unusable`. The other
   * arguments (clock, randomness, waiting; what the runtime has) are for tests.
   */
  constructor(
    options: BillingClientOptions = {},
    surroundings: Surroundings = systemSurroundings,
    platform: Platform = portablePlatform,
  ) {
    const settings = readOptions(options);
    const prepareBody = makePrepareBody(platform.gzip, settings.batch.gzipBytes);
    const requests = makeRequests({ settings, surroundings, exchange: makeFetchExchange(settings.fetch) });
    const mintId = makeMintId(surroundings);
    super({ ...settings, sendRequest: requests.send, prepareBody }, mintId);
    this.#preparing = { source: settings.source, mintId, nowMs: surroundings.nowMs };
    this.#counts = new Counts(settings.onCount);
    this.#requests = requests;
    this.#deliver = makeDeliverEvents(requests.send, prepareBody, settings.writeAttemptsMax);
    this.#recorder = new Recorder({
      deliver: this.#deliver,
      counts: this.#counts,
      batch: settings.batch,
      sleep: surroundings.sleep,
    });
    this.#spool = openOutbox({ settings, surroundings, platform, prepareBody, counts: this.#counts });
  }

  /**
   * Reports one use. With a spool it resolves once the event is kept there (`queued`), and it is delivered in the
   * background; without one once it is stored by the server. Without an `id` it gets one, and its `time`, before the
   * first attempt; an id of your own needs a `time` of your own (`time_missing`), or a repeat would differ.
   * Rejects with a BillingError: invalid (kept nowhere), `spool_full`, `spool_failed`; without a spool also rejected,
   * in conflict, or not answered: then its `events` holds what to send again.
   */
  async recordUsage(event: UsageEvent): Promise<RecordedUsage> {
    if (this.#closed !== null) throw closedError();
    const prepared = this.#prepare(event);
    if (!prepared.ok) throw new BillingError(prepared.message, prepared);
    const { id, time } = prepared;
    if (time === null) {
      const message = 'time is required where an id is given: a repeat must have the same time';
      throw new BillingError(message, { code: 'time_missing', field: 'time' });
    }
    if (this.#spool !== null) {
      await this.#spool.outbox.append(prepared.line);
      return { id, time, status: 'queued' };
    }
    const outcome = await this.#recorder.record(prepared.line);
    if (outcome.status !== 'accepted' && outcome.status !== 'duplicate')
      throw errorOf(outcome, writtenEvent(prepared));
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

  /**
   * Resolves when nothing is on its way any more, or after `timeoutMs`. What a spool holds back for later is not waited
   * for. Never rejects.
   */
  async flush(timeoutMs: number = defaultFlushMs): Promise<ClientStats> {
    const sends = Promise.allSettled(this.#sends);
    const spool = this.#spool?.sender.whenIdle();
    await within(Promise.all([this.#recorder.whenIdle(), spool, sends]), timeoutMs);
    return this.stats();
  }

  /**
   * Takes no more, flushes for at most `timeoutMs`, then ends what is still under way. What a spool holds stays there
   * for the next client of its directory; calls without one reject with code `closed`, and whether their events were
   * stored is open. Never rejects; closing twice is closing once.
   */
  close(timeoutMs: number = defaultFlushMs): Promise<ClientStats> {
    this.#closed ??= this.flush(timeoutMs).then(async () => {
      this.#requests.close();
      await this.#recorder.whenIdle();
      await this.#spool?.close();
      return this.stats();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close().then(() => undefined);
  }

  /** Of the events given to `recordUsage`, and of those found in the spool, since this client was made. */
  stats(): ClientStats {
    return this.#counts.stats();
  }

  #prepare(event: unknown): PreparedEvent | EventRefusal {
    return prepareEvent(event, this.#preparing);
  }
}

function errorOf(outcome: Outcome, event: UsageEvent): BillingError {
  if (outcome.status === 'failed') return withEvents(outcome.error, [event]);
  const { status, code = status, field, message } = outcome;
  return new BillingError(message ?? `the event is ${status}: ${code}`, { code, field, events: [event] });
}
