/**
 * What must become of each sending, by the rules of DESIGN.md 3.1 read anew: accepted, duplicate, conflict or
 * rejected with a code. It imports nothing of the product, and it knows only what simulated sendings contain.
 */
import { quantityDigits, readDecimal } from './exact.ts';

export interface OracleInput {
  /** The moment of sending. */
  readonly nowMs: number;
  readonly customers: readonly { readonly id: string }[];
  readonly services: readonly { readonly id: string; readonly unitAmount: string }[];
  /** In the order in which answers are given; of two in flight together, either order gives the same totals. */
  readonly sendings: readonly { readonly body: unknown }[];
}

export interface Verdict {
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  readonly code?: string;
  readonly warning?: string;
}

export interface CountedEvent {
  readonly customerId: string;
  readonly service: string;
  /** At 12 digits. */
  readonly quantity: bigint;
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly accepted: readonly CountedEvent[];
}

type Body = Readonly<Record<string, unknown>>;

const members = ['source', 'id', 'customer_id', 'service', 'time', 'quantity', 'properties'];
const required = ['id', 'customer_id', 'service'];
const aheadMs = 5 * 60_000;

/** Why a sending is refused whatever was sent before; null when it is well-formed. */
function faultOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'event_invalid';
  const event = body as Body;
  for (const member of Object.keys(event)) {
    if (!members.includes(member)) return 'field_unknown';
    if (event[member] === null) return `${member}_invalid`;
  }
  for (const member of required) {
    if (!(member in event)) return `${member}_missing`;
  }
  return /^-?\d{1,26}(\.\d{1,12})?$/.test(String(event.quantity)) ? null : 'quantity_invalid';
}

/** Equal content gives equal text, however it was written. */
function contentOf(event: Body): string {
  const properties = Object.entries(event.properties as Body).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const quantity = `${readDecimal(String(event.quantity), quantityDigits)}`;
  return JSON.stringify([
    event.customer_id,
    event.service,
    Date.parse(String(event.time)),
    quantity,
    properties,
  ]);
}

/** Why a new event is refused, a repeat of a stored one being answered before this is asked. */
function refusalOf(event: Body, nowMs: number): string | null {
  if (Date.parse(String(event.time)) > nowMs + aheadMs) return 'time_in_future';
  return readDecimal(String(event.quantity), quantityDigits) < 0n ? 'quantity_invalid' : null;
}

export function judge(input: OracleInput): Judgement {
  const known = new Set(input.customers.map((customer) => customer.id));
  const stored = new Map<string, string>();
  const accepted: CountedEvent[] = [];

  function verdictOn(body: unknown): Verdict {
    const fault = faultOf(body);
    if (fault !== null) return { status: 'rejected', code: fault };
    const event = body as Body;
    const identity = JSON.stringify([event.source, event.id]);
    const content = contentOf(event);
    const before = stored.get(identity);
    if (before !== undefined) {
      return before === content ? { status: 'duplicate' } : { status: 'conflict', code: 'conflict' };
    }
    const refusal = refusalOf(event, input.nowMs);
    if (refusal !== null) return { status: 'rejected', code: refusal };
    stored.set(identity, content);
    const customerId = String(event.customer_id);
    const quantity = readDecimal(String(event.quantity), quantityDigits);
    accepted.push({ customerId, service: String(event.service), quantity });
    return known.has(customerId)
      ? { status: 'accepted' }
      : { status: 'accepted', warning: 'customer_unknown' };
  }

  return { verdicts: input.sendings.map((sending) => verdictOn(sending.body)), accepted };
}
