/** Plain HTTP to a server under test: what a user's curl would send and see. No client package, no retries. */

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed JSON; null where the answer is none. */
  readonly body: Body;
}

export type SentHeaders = Readonly<Record<string, string>>;

export interface Api {
  get<Body = unknown>(path: string, headers?: SentHeaders): Promise<Answer<Body>>;
  /** `content` as JSON. */
  put<Body = unknown>(path: string, content: unknown): Promise<Answer<Body>>;
  post<Body = unknown>(path: string, content: unknown, headers?: SentHeaders): Promise<Answer<Body>>;
  /** Bytes or text as they are. */
  send<Body = unknown>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>;
}

export interface Sent {
  readonly body?: string | Uint8Array;
  readonly headers?: SentHeaders;
}

const json = { 'content-type': 'application/json' };

/** `url` is asked at each request: a file's server runs only inside its tests. */
export function apiOf(url: () => string): Api {
  const send: Api['send'] = async <Body>(method: string, path: string, { body, headers }: Sent = {}) => {
    const response = await fetch(`${url()}${path}`, {
      method,
      ...(body !== undefined && { body }),
      ...(headers !== undefined && { headers }),
    });
    const text = await response.text();
    const { status, headers: received } = response;
    return { status, headers: received, text, body: parsed(text, received) as Body };
  };
  return {
    send,
    get: (path, headers) => send('GET', path, headers && { headers }),
    put: (path, content) => send('PUT', path, { body: JSON.stringify(content), headers: json }),
    post: (path, content, headers = {}) =>
      send('POST', path, { body: JSON.stringify(content), headers: { ...json, ...headers } }),
  };
}

function parsed(text: string, headers: Headers): unknown {
  const isJson = /^application\/([\w.]+\+)?json\b/.test(headers.get('content-type') ?? '');
  return isJson && text !== '' ? JSON.parse(text) : null;
}

/** A path from parts, percent-encoded, and a query. */
export function pathOf(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const path = `/${parts.map(encodeURIComponent).join('/')}`;
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
