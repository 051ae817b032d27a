/**
 * A real HTTP server on 127.0.0.1 whose answers a test writes down, one a request; behind the script it accepts
 * everything. For tests only: it is no part of the package.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly method: string;
  /** As it came, not decoded. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Decompressed. */
  readonly body: string;
  /** The body's events, where it is an array. */
  readonly events: readonly { readonly id: string; readonly [name: string]: unknown }[];
}

export type Step = (received: Received, response: ServerResponse) => void | Promise<void>;

export interface ScriptedServer {
  readonly baseUrl: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export async function startScriptedServer(
  script: readonly Step[],
  otherwise: Step = acceptAll,
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const one = await receive(request);
    const step = script[received.push(one) - 1] ?? otherwise;
    await step(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const bytes = Buffer.concat(parts);
  const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  const parsed: unknown = body === '' ? [] : JSON.parse(body);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body, events: Array.isArray(parsed) ? parsed : [] };
}

export const answer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Step => {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

export const problem = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Step =>
  answer(
    status,
    { type: 'about:blank', title: code, status, detail: `it was ${code}`, code, request_id: 'req-1' },
    headers,
  );

export const acceptAll: Step = ({ events }, response) => {
  const counts = { accepted: events.length, duplicates: 0, conflicts: 0, rejected: 0 };
  response.end(JSON.stringify({ ...counts, results: [] }));
};

/** The connection ends without an answer, after the request was read. */
export const cutConnection: Step = (_, response) => {
  response.socket?.destroy();
};

/** The connection ends in the middle of an answer. */
export const cutAnswer: Step = (_, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"accepted":1,', () => response.socket?.destroy());
};

/** Never answers. */
export const stayOut: Step = () => {};
