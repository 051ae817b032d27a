/**
 * The body of a report (DESIGN.md 3.1) → submissions: one event, an array, NDJSON, or CloudEvents in three modes. What
 * cannot be read as a whole is refused as a whole; a member that cannot be read is one bad member.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { limits } from '../limits.ts';
import type { Submission } from '../usecases/report-usage.ts';
import { fromBinaryCloudEvent, fromCloudEvent, isJsonType, traceparentOf } from './cloud-events.ts';
import { mediaTypeOf } from './media-type.ts';
import { decodeText, parseJson } from './parse-json.ts';
import { HttpProblem } from './problem.ts';

export interface EventBody {
  readonly submissions: Submission[];
  /** One object, not a batch: its refusal is the answer's status. */
  readonly lone: boolean;
}

/**
 * How a body that may be plain is framed (DESIGN.md 3.1; ingest/plain-events); null for what has to be parsed: CloudEvents,
 * and a lone event whose id may stand in a header.
 */
export function plainFraming(headers: IncomingHttpHeaders): 'json' | 'lines' | null {
  if (isBinaryCloudEvent(headers) || headers['idempotency-key'] !== undefined) return null;
  return framings[mediaTypeOf(headers['content-type'])] ?? null;
}

const framings: Readonly<Record<string, 'json' | 'lines'>> = {
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/ndjson': 'lines',
};

/** The trace context that goes with every event of a request; empty when there is none. */
export function traceparentIn(headers: IncomingHttpHeaders): string {
  return typeof headers.traceparent === 'string' ? traceparentOf(headers.traceparent) : '';
}

export function readEventBody(bytes: Buffer, headers: IncomingHttpHeaders): EventBody {
  const traceparent = traceparentIn(headers);
  const ours = (input: unknown): Submission => ({ input, traceparent });
  const body = isBinaryCloudEvent(headers)
    ? readBinaryCloudEvent
    : readers[mediaTypeOf(headers['content-type'])];
  if (!body) {
    throw new HttpProblem(
      'media_type_unsupported',
      `Content-Type must be one of: ${Object.keys(readers).join(', ')}`,
    );
  }
  const text = decodeText(bytes);
  if (text === null) throw new HttpProblem('json_invalid', 'the body is not valid UTF-8');
  const read = body(text, headers, ours);
  if (read.submissions.length > limits.batchEventsMax) {
    const sent = read.submissions.length;
    throw new HttpProblem(
      'batch_too_large',
      `a batch may have at most ${limits.batchEventsMax} events; this has ${sent}`,
    );
  }
  return read.lone ? withIdempotencyKey(read, headers['idempotency-key']) : read;
}

type Reader = (text: string, headers: IncomingHttpHeaders, ours: (input: unknown) => Submission) => EventBody;

const readNdjson: Reader = (text, _, ours) => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const submissions = lines.map((line): Submission => {
    const parsed = parseJson(line);
    if (parsed.ok) return ours(parsed.value);
    return { unreadable: { code: 'json_invalid', message: `the line is not valid JSON: ${parsed.message}` } };
  });
  return { submissions, lone: false };
};

/** Any JSON type will do for the data; another is data that is not JSON, which is said of the event. */
const readBinaryCloudEvent: Reader = (text, headers) => {
  const isJson = text !== '' && isJsonType(headers['content-type']);
  return { submissions: [fromBinaryCloudEvent(headers, isJson ? whole(text) : undefined)], lone: true };
};

function isBinaryCloudEvent(headers: IncomingHttpHeaders): boolean {
  return headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined;
}

const readers: Readonly<Record<string, Reader>> = {
  'application/json': (text, _, ours) => {
    const value = whole(text);
    return Array.isArray(value)
      ? { submissions: value.map(ours), lone: false }
      : { submissions: [ours(value)], lone: true };
  },
  'application/x-ndjson': readNdjson,
  'application/ndjson': readNdjson,
  'application/cloudevents+json': (text) => ({ submissions: [fromCloudEvent(whole(text))], lone: true }),
  'application/cloudevents-batch+json': (text) => {
    const value = whole(text);
    if (!Array.isArray(value))
      throw new HttpProblem('body_invalid', 'a CloudEvents batch must be a JSON array');
    return { submissions: value.map(fromCloudEvent), lone: false };
  },
};

function whole(text: string): unknown {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new HttpProblem('json_invalid', `the body is not valid JSON: ${parsed.message}`);
  return parsed.value;
}

/** For a lone event the header may stand in for the id; both given must agree. */
function withIdempotencyKey(body: EventBody, key: string | string[] | undefined): EventBody {
  const [submission] = body.submissions;
  if (typeof key !== 'string' || !submission || !('input' in submission)) return body;
  const { input } = submission;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return body;
  const id = (input as { id?: unknown }).id;
  if (id === undefined) return { ...body, submissions: [{ ...submission, input: { ...input, id: key } }] };
  if (id === key) return body;
  throw new HttpProblem(
    'id_invalid',
    'id and the Idempotency-Key header differ; send one, or both the same',
    { field: 'id' },
  );
}
