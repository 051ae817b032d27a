/** One HTTP request and its answer, by whatever can make one. It judges nothing: that is http-attempt.ts. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  /** By its lower-case name; null when it was not sent. */
  header(name: string): string | null;
  readonly text: string;
}

/** Rejects when no whole answer came. */
export type Exchange = (request: WireRequest) => Promise<WireAnswer>;

/** By `fetch`: the given one, or the global one as it is at each call, so that what replaces it later is used. */
export function makeFetchExchange(given: typeof globalThis.fetch | null): Exchange {
  return async ({ method, url, headers, body, signal }) => {
    const send = given ?? globalThis.fetch;
    // A redirect is not followed: it would turn a POST into a GET, and some other page's 200 into an answer.
    const init: RequestInit = { method, headers, signal, redirect: 'manual' };
    const response = await send(
      url,
      body === null ? init : { ...init, body: body as NonNullable<RequestInit['body']> },
    );
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      text: await response.text(),
    };
  };
}
