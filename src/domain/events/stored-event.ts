/** An accepted usage event as it is kept. Written once, never changed. */
import type { Property } from '@countinghouse/client/wire';

export interface Identity {
  readonly source: string;
  readonly id: string;
}

export interface StoredEvent extends Identity {
  readonly customerId: string;
  readonly service: string;
  /** Milliseconds since the epoch; the moment of receipt where the caller gave none. */
  readonly timeMs: number;
  /** Shortest plain decimal. */
  readonly quantity: string;
  readonly amount: string | null;
  readonly properties: readonly Property[];
  /** W3C trace context, kept beside the event; not part of its content. Empty when there was none. */
  readonly traceparent: string;
  /** 64 bits over the content as first accepted: 16 lower-case hex digits. */
  readonly fingerprint: string;
  /** Its place in the one order of everything that can change an answer. */
  readonly sequence: number;
  readonly receivedAtMs: number;
}
