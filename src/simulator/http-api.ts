/**
 * The simulator's plain way to the server: one JSON request, one answer. Used for what BillingClient has no
 * call for, and to send what it would rightly refuse to send. It does not retry.
 */
interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface HttpApi {
  request(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<HttpAnswer>;
}

/** Without a key, as the server on one's own machine is asked. */
export function makeHttpApi(baseUrl: string, apiKey?: string): HttpApi {
  const root = baseUrl.replace(/\/+$/, '');
  return {
    async request(method, path, body) {
      const url = `${root}${path}`;
      const headers: Record<string, string> = { accept: 'application/json' };
      if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`;
      const init: RequestInit = { method, headers };
      if (body !== undefined) {
        headers['content-type'] = 'application/json';
        init.body = JSON.stringify(body);
      }
      try {
        const response = await fetch(url, init);
        return { status: response.status, body: await response.json() };
      } catch (cause) {
        throw new Error(`${method} ${url}: no usable answer`, { cause });
      }
    },
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
