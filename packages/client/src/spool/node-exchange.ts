/**
 * Requests by Node's own HTTP client over connections that are kept, and that do not keep the process alive: what
 * `fetch` cannot promise. It follows no redirect and reads no more than a server of ours would answer.
 */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Exchange, WireAnswer, WireRequest } from '../exchange.ts';

const answerBytesMax = 64 * 1024 * 1024;

export function makeNodeExchange(connections: number): { readonly exchange: Exchange; close(): void } {
  const options = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' as const };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return {
    exchange: async (request) => {
      const first = await attempt(agents, request);
      if (first.answer !== null) return first.answer;
      // A kept connection may be closed by the other side just as it is used: that says nothing about the server.
      if (!first.reused || request.signal.aborted) throw first.error;
      const second = await attempt(agents, request);
      if (second.answer !== null) return second.answer;
      throw second.error;
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Attempt =
  | { readonly answer: WireAnswer }
  | { readonly answer: null; readonly reused: boolean; readonly error: unknown };

function attempt(
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
  { method, url, headers, body, signal }: WireRequest,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const length = bytes === null ? {} : { 'content-length': String(bytes.length) };
    const options = { method, headers: { ...headers, ...length }, signal };
    const request: ClientRequest = url.startsWith('https:')
      ? httpsRequest(url, { ...options, agent: agents.https })
      : httpRequest(url, { ...options, agent: agents.http });
    let answered = false;
    const fail = (error: unknown): void =>
      resolve({ answer: null, reused: request.reusedSocket && !answered && isReset(error), error });
    request.on('socket', (socket) => socket.unref());
    request.on('error', fail);
    request.on('response', (response) => {
      answered = true;
      readAnswer(response).then((answer) => resolve({ answer }), fail);
    });
    request.end(bytes ?? undefined);
  });
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

async function readAnswer(response: IncomingMessage): Promise<WireAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`the answer is larger than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  const { statusCode = 0, headers } = response;
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name];
      return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
    },
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
