/**
 * What must become of each sending: accepted, duplicate, conflict or rejected with a code, by the texts that were sent
 * before. It remembers identities as long as the workload may repeat them: those of the first wave for ever, later ones
 * for two waves (workload/waves.ts), so memory does not grow.
 */
import { type ReadEvent, readEvent } from './event-rules.ts';

export interface JudgeOptions {
  /** The moment of sending: "in the future" is judged by it. */
  readonly nowMs: number;
  readonly customers: readonly { readonly id: string }[];
  readonly services: readonly { readonly name: string; readonly takesCredits: boolean }[];
}

/** An accepted event. Its time was given: simulated events always say when. */
export interface CountedEvent extends ReadEvent {
  readonly timeMs: number;
}

export interface Verdict {
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  readonly code?: string;
  readonly warnings?: readonly string[];
  /** Of an accepted event only. */
  readonly event?: CountedEvent;
  /** Of a conflict: what stands under the identity, and must go on standing there. */
  readonly original?: CountedEvent;
}

export interface Judge {
  judge(text: string): Verdict;
  /** To be called behind each wave. */
  endWave(): void;
}

const aheadMs = 5 * 60_000;

/** Equal content gives equal text, however it was written. */
function contentOf(event: ReadEvent): string {
  const { customerId, service, timeMs, quantity, amount, properties } = event;
  return `${customerId}\n${service}\n${timeMs}\n${quantity}\n${amount}\n${properties}`;
}

export function makeJudge(options: JudgeOptions): Judge {
  const customers = new Set(options.customers.map(({ id }) => id));
  const services = new Map(options.services.map((service) => [service.name, service]));
  const forEver = new Map<string, CountedEvent>();
  let [before, now] = [new Map<string, CountedEvent>(), forEver];

  function refusalOf(event: ReadEvent): string | null {
    if ((event.timeMs ?? 0) > options.nowMs + aheadMs) return 'time_in_future';
    return event.quantity < 0n && services.get(event.service)?.takesCredits !== true
      ? 'quantity_invalid'
      : null;
  }

  function warningsOf(event: ReadEvent): string[] {
    const warnings: string[] = [];
    if (!customers.has(event.customerId)) warnings.push('customer_unknown');
    if (!services.has(event.service)) warnings.push('service_unknown');
    return warnings;
  }

  return {
    judge(text) {
      const reading = readEvent(text);
      if ('code' in reading) return { status: 'rejected', code: reading.code };
      const { event } = reading;
      const identity = `${event.source}\n${event.id}`;
      const stored = now.get(identity) ?? before.get(identity) ?? forEver.get(identity);
      if (stored !== undefined) {
        const isSame = contentOf(stored) === contentOf(event);
        return isSame ? { status: 'duplicate' } : { status: 'conflict', original: stored };
      }
      const code = refusalOf(event);
      if (code !== null) return { status: 'rejected', code };
      if (event.timeMs === null) throw new Error(`a simulated event says no time: ${text}`);
      const counted = event as CountedEvent;
      now.set(identity, counted);
      return { status: 'accepted', warnings: warningsOf(event), event: counted };
    },
    endWave() {
      before = now;
      now = new Map();
    },
  };
}
