/** Puts a spool together from the options and from what the runtime has: an outbox, its dead letters, its sender. */
import { BillingError } from './billing-error.ts';
import type { Counts } from './counts.ts';
import { type Exchange, makeFetchExchange } from './exchange.ts';
import { attemptRequest } from './http-attempt.ts';
import { readIngestAnswer } from './ingest-answer.ts';
import { MemoryOutbox, untoldDeadLetters } from './memory-outbox.ts';
import type { Settings } from './options.ts';
import type { OpenSpool, Outbox, SpoolSettings } from './outbox.ts';
import type { Platform } from './platform.ts';
import type { PrepareBody } from './request-body.ts';
import { Sender, type SenderParts } from './sender.ts';
import type { Surroundings } from './surroundings.ts';

export interface SpoolSender {
  readonly outbox: Outbox;
  readonly sender: Sender;
  /** Ends what is under way and lets the directory go. Never rejects. */
  close(): Promise<void>;
}

interface Parts {
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly platform: Platform;
  readonly prepareBody: PrepareBody;
  readonly counts: Counts;
}

/** Null when no spool is asked for. Throws a BillingError when it cannot be had. */
export function openOutbox(parts: Parts): SpoolSender | null {
  const { settings, surroundings, counts, prepareBody } = parts;
  if (settings.spool === null) return null;
  const { outbox, deadLetters } = openParts(settings.spool, parts);
  const connections = openConnections(parts);
  const attempt = makeAttempt(parts, connections.exchange);
  const sender = new Sender({ outbox, deadLetters, counts, attempt, prepareBody, settings, surroundings });
  return {
    outbox,
    sender,
    close: async () => {
      try {
        await sender.stop();
        await outbox.close();
        deadLetters.close();
      } catch (error) {
        settings.logger.error({ error: String(error) }, 'the spool could not be closed');
      }
      connections.close();
    },
  };
}

function openParts(
  spool: SpoolSettings,
  { settings, surroundings, platform, counts }: Parts,
): ReturnType<OpenSpool> {
  const { logger } = settings;
  if (spool.directory === null) {
    return { outbox: new MemoryOutbox({ settings: spool, counts, logger }), deadLetters: untoldDeadLetters };
  }
  if (platform.openSpool === null) {
    const message = 'this runtime has no spool on disk: use spool: { memory: true }';
    throw new BillingError(message, { code: 'spool_unusable', field: 'spool.directory' });
  }
  return platform.openSpool({ settings: spool, counts, logger, nowMs: surroundings.nowMs });
}

function openConnections({ settings, platform }: Parts): { readonly exchange: Exchange; close(): void } {
  if (settings.fetch !== null || platform.makeExchange === null) {
    return { exchange: makeFetchExchange(settings.fetch), close: () => {} };
  }
  return platform.makeExchange(settings.batch.maxInFlight);
}

function makeAttempt({ settings, surroundings }: Parts, exchange: Exchange): SenderParts['attempt'] {
  const { nowMs } = surroundings;
  return (body, events, closing) =>
    attemptRequest(
      {
        method: 'POST',
        path: '/v1/events',
        body,
        read: (answer) => readIngestAnswer(answer, events),
      },
      { settings, exchange, nowMs, background: true, closing },
    );
}
