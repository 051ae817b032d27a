/**
 * CloudEvents 1.0 ↔ our event (DESIGN.md 3.1): `type` is the service, `subject` the customer, `data` the rest. It only
 * moves members to where the event validator looks for them; what is wrong with them is said there.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Submission } from '../usecases/report-usage.ts';

type Json = Readonly<Record<string, unknown>>;

const attributes = {
  id: 'id',
  source: 'source',
  type: 'service',
  subject: 'customer_id',
  time: 'time',
} as const;

/** One structured event. Extensions are ignored, but for the trace context, which is kept beside the event. */
export function fromCloudEvent(event: unknown): Submission {
  if (!isObject(event)) return { input: event, traceparent: '' };
  if (event.specversion === undefined)
    return unreadable('specversion_missing', 'specversion is missing', 'specversion');
  if (event.specversion !== '1.0')
    return unreadable('specversion_invalid', 'specversion must be "1.0"', 'specversion');
  if (event.data_base64 !== undefined)
    return unreadable('data_invalid', 'data must be JSON, not base64', 'data_base64');
  if (!isJsonType(event.datacontenttype)) {
    return unreadable('data_invalid', 'datacontenttype must be application/json', 'datacontenttype');
  }
  const { data } = event;
  if (data !== undefined && !isObject(data))
    return unreadable('data_invalid', 'data must be a JSON object', 'data');
  const input: Record<string, unknown> = { ...fromData(data ?? {}) };
  for (const [attribute, member] of Object.entries(attributes)) {
    if (event[attribute] !== undefined) input[member] = event[attribute];
  }
  return {
    input,
    traceparent: typeof event.traceparent === 'string' ? traceparentOf(event.traceparent) : '',
  };
}

/** Binary mode: attributes are `ce-` headers (percent-encoded), the body is the data. */
export function fromBinaryCloudEvent(headers: IncomingHttpHeaders, data: unknown): Submission {
  const event: Record<string, unknown> = { datacontenttype: headers['content-type'] };
  if (data !== undefined) event.data = data;
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event[name.slice(3)] = percentDecoded(value);
  }
  // Distributed tracing has a header of its own; the CloudEvents extension wins where both are there.
  if (event.traceparent === undefined) event.traceparent = headers.traceparent;
  return fromCloudEvent(event);
}

/** Only a well-formed W3C trace parent is kept: it is 55 characters of hex and dashes. */
export function traceparentOf(header: string): string {
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header) ? header : '';
}

function fromData(data: Json): Record<string, unknown> {
  const { quantity, value, amount, ...rest } = data;
  const properties = Object.entries(rest);
  if (quantity !== undefined && value !== undefined) properties.push(['value', value]);
  // Not `??`: an explicit null is an error, never the default.
  const used = quantity === undefined ? value : quantity;
  return {
    ...(used !== undefined && { quantity: used }),
    ...(amount !== undefined && { amount }),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonType(type: unknown): boolean {
  if (type === undefined) return true;
  return typeof type === 'string' && /^(application\/json|[\w.+-]+\/[\w.+-]+\+json)\s*(;|$)/i.test(type);
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function unreadable(
  code: 'specversion_missing' | 'specversion_invalid' | 'data_invalid',
  message: string,
  field: string,
): Submission {
  return { unreadable: { code, message, field } };
}
