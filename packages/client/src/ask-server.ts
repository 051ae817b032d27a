/** How a client asks: paths, parameters, pages, and what is believed to be an answer. It knows no single route. */
import { BillingError } from './billing-error.ts';
import type { PrepareBody } from './request-body.ts';
import type { SendRequest } from './send-request.ts';
import { eventLimits } from './wire/event-limits.ts';
import { textFault, textFaultMessage } from './wire/text-rules.ts';

export interface Asking {
  readonly sendRequest: SendRequest;
  readonly prepareBody: PrepareBody;
  readonly readAttemptsMax: number;
  readonly writeAttemptsMax: number;
}

type Answer = Readonly<Record<string, unknown>>;

/** What the answer means, or null when it is none. */
type ReadObject<Result> = (answer: Answer) => Result | null;

export function getObject<Result>(
  { sendRequest, readAttemptsMax }: Asking,
  path: string,
  read: ReadObject<Result>,
): Promise<Result> {
  return sendRequest({ method: 'GET', path, attemptsMax: readAttemptsMax, read: readAny(read) });
}

/** Tried again like a report, so it must be a request that may be repeated. */
export async function writeObject<Result>(
  { sendRequest, prepareBody, writeAttemptsMax }: Asking,
  method: 'POST' | 'PUT',
  path: string,
  content: object,
  read: ReadObject<Result>,
): Promise<Result> {
  const body = await prepareBody(JSON.stringify(content));
  return sendRequest({ method, path, body, attemptsMax: writeAttemptsMax, read: readAny(read) });
}

/** Every item of a list, page by page, each page asked for when it is wanted. */
export async function* getItems<Item>(
  asking: Asking,
  path: string,
  query: object,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null = null;
  do {
    const text = queryText({ ...query, cursor: cursor ?? undefined });
    const page: Page<Item> = await getObject(asking, path + text, readPage<Item>);
    yield* page.items;
    if (page.next_cursor !== null && page.next_cursor === cursor) {
      throw new BillingError('the list does not advance', { code: 'answer_invalid' });
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

function readPage<Item>({ items, next_cursor: next = null }: Answer): Page<Item> | null {
  if (!Array.isArray(items) || (next !== null && typeof next !== 'string')) return null;
  return { items, next_cursor: next };
}

function readAny<Result>(read: ReadObject<Result>): (answer: unknown) => Result | null {
  return (answer) => (typeof answer === 'object' && answer !== null ? read(answer as Answer) : null);
}

/** Believed when the members that any such object has are there. */
export function withMembers<Result>(...names: readonly string[]): ReadObject<Result> {
  return (answer) => (names.every((name) => answer[name] !== undefined) ? (answer as Result) : null);
}

/**
 * An id as one segment of a path. `.` and `..` cannot be one: every URL parser takes them, encoded or not, for
 * a way up, and the answer would be another route's.
 */
export function pathSegment(
  field: string,
  value: string,
  lengthMax: number = eventLimits.idLengthMax,
): string {
  const fault = typeof value === 'string' ? textFault(value, lengthMax) : 'empty';
  if (fault !== null) {
    throw new BillingError(`${field} ${textFaultMessage(fault, lengthMax)}`, {
      code: `${field}_invalid`,
      field,
    });
  }
  if (value === '.' || value === '..') {
    throw new BillingError(`${field} "${value}" cannot stand in a path`, { code: `${field}_invalid`, field });
  }
  return encodeURIComponent(value);
}

/** Members that are undefined are left out; what the others may be is for the server to judge. */
export function queryText(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
