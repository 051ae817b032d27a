/**
 * What is not even HTTP: answered by hand on the socket, because no request exists yet, and after whatever came whole
 * before it on the same connection: an answer must not be taken for that of another request.
 */
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import type { TroubleLog } from './trouble-log.ts';

interface ClientError extends Error {
  readonly code?: string;
}

interface Surroundings {
  readonly connections: Connections;
  readonly log: TroubleLog;
  readonly newRequestId: () => string;
}

export function makeAnswerBroken({ connections, log, newRequestId }: Surroundings) {
  return (error: ClientError, socket: Socket): void => {
    connections.whenAnswered(socket, () => {
      const requestId = newRequestId();
      if (error.code !== 'ECONNRESET') reportBroken(log, error, requestId);
      answerBroken(error, socket, requestId);
    });
  };
}

/** Nothing of what was sent is written down: only what the parser calls it. */
function reportBroken(log: TroubleLog, { code = 'unknown' }: ClientError, reqId: string): void {
  log.report({ kind: code, level: 'warn', message: 'request is not valid HTTP', details: { reqId } });
}

function answerBroken(error: ClientError, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, title } = answerOf(error.code);
  const body = JSON.stringify({
    type: 'urn:countinghouse:problem:request_invalid',
    title,
    status,
    detail: title,
    code: 'request_invalid',
    request_id: requestId,
  });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function answerOf(code: string | undefined): { status: number; title: string } {
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, title: 'Request header fields too large' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, title: 'The request took too long to arrive' };
  return { status: 400, title: 'The request is not valid HTTP' };
}
