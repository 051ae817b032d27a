/**
 * The relay's HTTP edge: the server's wire for reporting usage, answered 202 once it is in the spool, and /health. It
 * asks for no key: it is for this machine. What is reported goes on with the relay's own.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type BillingClient, BillingError } from '@countinghouse/client';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import { readEventBody } from '../http/event-body.ts';
import { HttpProblem, problemBody, problemMediaType } from '../http/problem.ts';
import { readBody } from '../http/read-body.ts';
import { limits } from '../limits.ts';
import { queueEvents, type RelayResult } from './queue-events.ts';
import { StampedTimes } from './stamped-times.ts';

export interface RelayParts {
  /** With a spool that syncs every event before `recordUsage` resolves. */
  readonly client: Pick<BillingClient, 'recordUsage' | 'stats'>;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Not listening yet. */
export function makeRelayServer(parts: RelayParts): Server {
  const times = new StampedTimes();
  const server = createServer((request, response) => {
    const requestId = randomUUID();
    answer(request, response, { ...parts, times }).catch((error: unknown) => {
      refuse(response, toProblem(error, parts.onError), requestId);
    });
  });
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  return server;
}

type Answering = RelayParts & { readonly times: StampedTimes };

const methodsOf: Readonly<Record<string, readonly string[]>> = {
  '/health': ['GET', 'HEAD'],
  '/v1/events': ['POST'],
};

async function answer(request: IncomingMessage, response: ServerResponse, parts: Answering): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://relay');
  const methods = methodsOf[pathname];
  if (methods === undefined)
    throw new HttpProblem('not_found', 'the relay has POST /v1/events and GET /health');
  if (!methods.includes(request.method ?? '')) {
    const allow = methods.join(', ');
    throw new HttpProblem('method_not_allowed', `this address takes ${allow}`, {}, { allow });
  }
  if (pathname === '/health') return send(response, 200, { status: 'healthy', ...parts.client.stats() });
  const listAll = readListAll(searchParams);
  const { submissions, lone } = readEventBody(
    await readBody(request, limits.eventsBodyBytesMax),
    request.headers,
  );
  const { queued, rejected, results } = await queueEvents(submissions, parts);
  const [first] = results;
  if (lone && first?.status === 'rejected') throw loneProblem(first);
  const listed = listAll ? results : results.filter(({ status }) => status === 'rejected');
  send(response, 202, { queued, rejected, results: listed });
}

/** `results=all`, or nothing. */
function readListAll(parameters: URLSearchParams): boolean {
  for (const [name, value] of parameters) {
    if (name === 'results' && value === 'all') continue;
    throw new HttpProblem('parameter_invalid', `the only parameter is results=all, not ${name}`, {
      field: name,
    });
  }
  return parameters.has('results');
}

/** Its code comes from the wire's rules, all of which are in the catalogue. */
function loneProblem({ code, message, field, source, id }: RelayResult): HttpProblem {
  return new HttpProblem(code as ErrorCode, message ?? 'the event is not valid', {
    ...(field === undefined ? {} : { field }),
    ...(source === undefined ? {} : { source }),
    ...(id === undefined ? {} : { id }),
  });
}

function toProblem(error: unknown, onError: (error: unknown) => void): HttpProblem {
  if (error instanceof HttpProblem) return error;
  onError(error);
  if (error instanceof BillingError) {
    const message = `${error.message}: nothing of this request is acknowledged, a retry is safe`;
    return new HttpProblem('busy', message, {}, { 'retry-after': '5' });
  }
  return new HttpProblem('internal', 'nothing of this request is acknowledged, a retry is safe');
}

function refuse(response: ServerResponse, problem: HttpProblem, requestId: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status } = errorCatalogue[problem.code];
  const body = problemBody(problem.code, problem.message, requestId, problem.members);
  response.writeHead(status, {
    ...problem.headers,
    'content-type': problemMediaType,
    'x-request-id': requestId,
  });
  response.end(JSON.stringify(body));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
