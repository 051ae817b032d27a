/**
 * The public entry `@countinghouse/client/wire`: the shapes on the wire and the rules of one event, shared by
 * client and server. It does not send anything and knows no state: records and the clock are the server's.
 */
export type * from './answers.ts';
export { canonicalDecimal } from './canonical-decimal.ts';
export { type CanonicalNumber, canonicalNumber, plainNumber, type ReadNumber } from './canonical-number.ts';
export type * from './event.ts';
export { type EventCode, type EventFault, eventCodes } from './event-codes.ts';
export { eventLimits } from './event-limits.ts';
export type * from './records.ts';
export { formatTime, parseTime } from './rfc3339-time.ts';
export { type TextFault, textFault, textFaultMessage } from './text-rules.ts';
export { toUsageEvent } from './to-usage-event.ts';
export {
  type EventRefusal,
  type EventVerdict,
  type ValidateOptions,
  validateEvent,
} from './validate-event.ts';
export { WrittenNumber } from './written-number.ts';
