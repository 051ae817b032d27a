/**
 * The simulator's plain way to the server: one request, one answer. Used for what BillingClient has no call for, and to
 * send what it would rightly refuse to send. It does not retry.
 */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

/** A body that is sent as it stands. */
export interface RawBody {
  readonly text: string;
  readonly contentType: string;
}

export interface HttpApi {
  /** `body` is sent as JSON. Rejects when there was no usable answer. */
  request(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<HttpAnswer>;
  send(path: string, body: RawBody): Promise<HttpAnswer>;
}

/** Without a key, as the server on one's own machine is asked. */
export function makeHttpApi(baseUrl: string, apiKey?: string): HttpApi {
  const root = baseUrl.replace(/\/+$/, '');
  async function exchange(method: string, path: string, raw?: RawBody): Promise<HttpAnswer> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`;
    const init: RequestInit = { method, headers };
    if (raw !== undefined) {
      headers['content-type'] = raw.contentType;
      init.body = raw.text;
    }
    try {
      const response = await fetch(`${root}${path}`, init);
      const retryAfter = response.headers.get('retry-after');
      return { status: response.status, body: await response.json(), retryAfter };
    } catch (cause) {
      throw new Error(`${method} ${root}${path}: no usable answer`, { cause });
    }
  }
  return {
    request(method, path, body) {
      const raw = { text: JSON.stringify(body), contentType: 'application/json' };
      return exchange(method, path, body === undefined ? undefined : raw);
    },
    send: (path, body) => exchange('POST', path, body),
  };
}

/** The body of an answer that must be a success. */
export async function expectOk<T>(
  api: HttpApi,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
) {
  const answer = await api.request(method, path, body);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${method} ${path}: answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body as T;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** All items of a list, page after page. `path` has its query already. */
export async function readAllPages<T>(api: HttpApi, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<T> = await expectOk<Page<T>>(api, 'GET', `${path}${query}`);
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return items;
}
