/** Requests over a bounded number of kept connections, as cheap as Node has them. It neither retries nor reads numbers. */
import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

export interface LaneAnswer {
  readonly status: number;
  readonly text: string;
}

export interface HttpLanes {
  /** Rejects with the system's error when there was no answer. */
  post(path: string, body: string, contentType: string): Promise<LaneAnswer>;
  close(): void;
}

export function makeHttpLanes(baseUrl: string, connections: number, apiKey?: string): HttpLanes {
  const url = new URL(baseUrl);
  const isSecure = url.protocol === 'https:';
  const agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: connections });
  const send = isSecure ? secureRequest : request;
  return {
    post: (path, body, contentType) =>
      new Promise((resolve, reject) => {
        const headers: Record<string, string | number> = {
          'content-type': contentType,
          'content-length': Buffer.byteLength(body),
        };
        if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`;
        const sent = send(new URL(path, url), { method: 'POST', agent, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          response.on('error', reject);
        });
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
