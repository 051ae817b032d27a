/**
 * A server that stores events as ours does, once for ever by (source, id), and does its worst to whoever reports
 * them: what it does to a request is decided by the test. For tests only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

export type Harm =
  | 'none'
  | 'drop before the body'
  | 'drop during the body'
  | 'drop after the body'
  | 'half an answer'
  | 'no body'
  | '{}'
  | 'garbage'
  | 'stored, answered too late'
  | 'stored, then dropped'
  | 429
  | 500
  | 502
  | 503
  | '503 with Retry-After'
  | 401;

export const harms: readonly Harm[] = [
  ...(['none', 'drop before the body', 'drop during the body', 'drop after the body'] as const),
  ...(['half an answer', 'no body', '{}', 'garbage', 'stored, answered too late'] as const),
  ...(['stored, then dropped', 429, 500, 502, 503, '503 with Retry-After', 401] as const),
];

export interface HostileServer {
  readonly baseUrl: string;
  /** How often each id was stored; more than once would be counted twice by a server that has no memory. */
  readonly stored: ReadonlyMap<string, string>;
  requests(): number;
  /** Content that came under an id that had other content. */
  readonly conflicts: string[];
}

export async function startHostileServer(harmOf: (request: number) => Harm): Promise<HostileServer> {
  const stored = new Map<string, string>();
  const conflicts: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void meet(harmOf(requests), request, response, { stored, conflicts }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, stored, conflicts, requests: () => requests };
}

interface Store {
  readonly stored: Map<string, string>;
  readonly conflicts: string[];
}

async function meet(
  harm: Harm,
  request: IncomingMessage,
  response: ServerResponse,
  store: Store,
): Promise<void> {
  if (harm === 'drop before the body') return void request.socket.destroy();
  if (harm === 'drop during the body') return void request.once('data', () => request.socket.destroy());
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  if (harm === 'drop after the body') return void request.socket.destroy();
  if (typeof harm === 'number' || harm === '503 with Retry-After') {
    const status = harm === '503 with Retry-After' ? 503 : harm;
    response.writeHead(status, harm === '503 with Retry-After' ? { 'retry-after': '0' } : {});
    return void response.end(status === 503 ? '{"code":"busy"}' : '<html>');
  }
  if (harm === 'no body') return void response.end();
  if (harm === '{}' || harm === 'garbage') return void response.end(harm === '{}' ? '{}' : '{"accepted":');
  const answer = JSON.stringify(storeEvents(request, Buffer.concat(parts), store));
  if (harm === 'stored, then dropped') return void request.socket.destroy();
  if (harm === 'stored, answered too late') return;
  if (harm === 'half an answer') {
    response.writeHead(200, { 'content-length': String(answer.length) });
    return void response.write(answer.slice(0, answer.length / 2), () => response.socket?.destroy());
  }
  response.end(answer);
}

function storeEvents(request: IncomingMessage, bytes: Buffer, { stored, conflicts }: Store): object {
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  const events = JSON.parse(text.toString('utf8')) as { id: string }[];
  const answer = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results: [] as object[] };
  events.forEach((event, index) => {
    const content = JSON.stringify(event);
    const before = stored.get(event.id);
    if (before === undefined) {
      stored.set(event.id, content);
      answer.accepted += 1;
    } else if (before === content) {
      answer.duplicates += 1;
      answer.results.push({ index, id: event.id, status: 'duplicate' });
    } else {
      conflicts.push(event.id);
      answer.conflicts += 1;
      answer.results.push({ index, id: event.id, status: 'conflict', code: 'conflict' });
    }
  });
  return answer;
}
