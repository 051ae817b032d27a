/** The questions a client may ask: one function a route, its path, parameters and the shape it answers with. */
import { BillingError } from './billing-error.ts';
import type { SendRequest } from './send-request.ts';
import type { CustomerUsage, ListedEvent } from './wire/answers.ts';
import { eventLimits } from './wire/event-limits.ts';
import { textFault, textFaultMessage } from './wire/text-rules.ts';

/** Half-open: `from` belongs to the span, `to` does not. RFC 3339. */
export interface Span {
  from?: string | undefined;
  to?: string | undefined;
}

export interface EventQuery extends Span {
  customer_id?: string | undefined;
  service?: string | undefined;
  source?: string | undefined;
  /** By time, then sequence. Default `desc`: newest first. */
  order?: 'asc' | 'desc' | undefined;
  /** Events a page (a request), 1 to 1,000; the iterator goes on over all pages. Default: the server's 100. */
  limit?: number | undefined;
}

export interface Health {
  status: string;
}

interface Asking {
  readonly sendRequest: SendRequest;
  readonly attemptsMax: number;
}

export function askUsage(asking: Asking, customerId: string, span: Span): Promise<CustomerUsage> {
  const path = `/v1/customers/${pathSegment('customer_id', customerId)}/usage${queryText(span)}`;
  return get(asking, path, (answer) =>
    Array.isArray(answer.services) ? (answer as unknown as CustomerUsage) : null,
  );
}

export function askHealth(asking: Asking): Promise<Health> {
  return get(asking, '/health', ({ status }) => (typeof status === 'string' ? { status } : null));
}

export async function* askEvents(
  asking: Asking,
  query: EventQuery,
): AsyncGenerator<ListedEvent, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: Page = await get(
      asking,
      `/v1/events${queryText({ ...query, cursor: cursor ?? undefined })}`,
      readPage,
    );
    yield* page.items;
    if (page.next_cursor !== null && page.next_cursor === cursor) {
      throw new BillingError('the list of events does not advance', { code: 'answer_invalid' });
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
}

interface Page {
  readonly items: readonly ListedEvent[];
  readonly next_cursor: string | null;
}

function readPage({ items, next_cursor: next = null }: Readonly<Record<string, unknown>>): Page | null {
  if (!Array.isArray(items) || (next !== null && typeof next !== 'string')) return null;
  return { items, next_cursor: next };
}

type ReadObject<Answer> = (answer: Readonly<Record<string, unknown>>) => Answer | null;

function get<Answer>(
  { sendRequest, attemptsMax }: Asking,
  path: string,
  read: ReadObject<Answer>,
): Promise<Answer> {
  const readAny = (answer: unknown): Answer | null =>
    typeof answer === 'object' && answer !== null ? read(answer as Readonly<Record<string, unknown>>) : null;
  return sendRequest({ method: 'GET', path, attemptsMax, read: readAny });
}

/**
 * An id as one segment of a path. `.` and `..` cannot be one: every URL parser takes them, encoded or not, for
 * a way up, and the answer would be another route's.
 */
function pathSegment(field: string, value: string): string {
  const fault = typeof value === 'string' ? textFault(value, eventLimits.idLengthMax) : 'empty';
  if (fault !== null) {
    const message = `${field} ${textFaultMessage(fault, eventLimits.idLengthMax)}`;
    throw new BillingError(message, { code: `${field}_invalid`, field });
  }
  if (value === '.' || value === '..') {
    throw new BillingError(`${field} "${value}" cannot stand in a path`, { code: `${field}_invalid`, field });
  }
  return encodeURIComponent(value);
}

/** Members that are undefined are left out; what the others may be is for the server to judge. */
function queryText(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
