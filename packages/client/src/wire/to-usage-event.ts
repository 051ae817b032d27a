/**
 * A canonical event back in the wire's shape: what a client sends and an export writes. Validating the result
 * gives the same canonical event again.
 */
import type { CanonicalEvent, UsageEvent } from './event.ts';
import { formatTime } from './rfc3339-time.ts';

export function toUsageEvent(event: CanonicalEvent): UsageEvent {
  return {
    source: event.source,
    id: event.id,
    customer_id: event.customerId,
    service: event.service,
    ...(event.timeMs === null ? {} : { time: formatTime(event.timeMs) }),
    quantity: event.quantity,
    ...(event.amount === null ? {} : { amount: event.amount }),
    // `fromEntries` defines own members, so a property named `__proto__` is one like any other.
    ...(event.properties.length === 0 ? {} : { properties: Object.fromEntries(event.properties) }),
  };
}
