import { connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeAnswerError } from './answer-errors.ts';
import { makeAnswerBroken } from './broken-request.ts';
import { makeConnections, whenOver } from './connections.ts';
import { makeTroubleLog } from './trouble-log.ts';

let app: FastifyInstance;
let lines: Record<string, unknown>[];
/** What is being worked on, by the address that was asked for: calling it ends the work. */
let running: Map<string, () => void>;
let begun: string[];
let over: string[];
let sockets: Socket[];
/** How many connections were answered for what is not HTTP. */
let brokenAnswered: number;

beforeEach(async () => {
  [lines, running, begun, over, sockets] = [[], new Map(), [], [], []];
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  const connections = makeConnections();
  brokenAnswered = 0;
  const newRequestId = () => `broken-${++brokenAnswered}`;
  const log = makeTroubleLog(logger, 5_000);
  const clientErrorHandler = makeAnswerBroken({ connections, log, newRequestId });
  app = Fastify({ clientErrorHandler, return503OnClosing: false });
  app.setErrorHandler(makeAnswerError(log));
  connections.track(app);
  app.addHook('onRequest', async (request) => whenOver(request, () => over.push(request.url)));
  connections.takeTurns(app, { connectionInFlightMax: 2, connectionWaitingMax: 3 });
  app.all('/*', async (request) => {
    begun.push(request.url);
    await new Promise<void>((resolve) => running.set(request.url, resolve));
    return `answer to ${request.url}`;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  app.server.closeAllConnections();
  await app.close();
});

function open(): { socket: Socket; received: () => string } {
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  sockets.push(socket);
  return { socket, received: () => text };
}

const get = (...paths: string[]) =>
  paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).join('');
const finish = (path: string) => running.get(path)?.();
const answers = (text: string) => text.match(/answer to \/[a-z]+|HTTP\/1\.1 [45]\d\d/g) ?? [];

it('a connection has so many requests in flight and no more; the next begins when one is over, in order', async () => {
  const { socket, received } = open();
  socket.write(get('/a', '/b', '/c', '/d'));
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b']));
  finish('/a');
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b', '/c']));
  finish('/c');
  finish('/b');
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b', '/c', '/d']));
  finish('/d');
  await vi.waitFor(() =>
    expect(answers(received())).toEqual(['/a', '/b', '/c', '/d'].map((path) => `answer to ${path}`)),
  );
  expect(over).toEqual(['/a', '/b', '/c', '/d']);
});

it('another connection does not wait for it', async () => {
  open().socket.write(get('/a', '/b', '/c'));
  await vi.waitFor(() => expect(begun).toHaveLength(2));
  const other = open();
  other.socket.write(get('/other'));
  await vi.waitFor(() => expect(begun).toContain('/other'));
  finish('/other');
  await vi.waitFor(() => expect(answers(other.received())).toEqual(['answer to /other']));
});

it('what goes beyond those that may wait is refused: nothing of it has begun', async () => {
  const { socket, received } = open();
  socket.write(get('/a', '/b', '/c', '/d', '/e', '/f', '/g'));
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b']));
  const order = ['/a', '/b', '/c', '/d', '/e'];
  for (const path of order) {
    await vi.waitFor(() => expect(begun).toContain(path));
    finish(path);
  }
  await vi.waitFor(() => expect(answers(received())).toHaveLength(7));
  expect(answers(received()).slice(5)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 503']);
  expect(received()).toMatch(/retry-after: 1/i);
  expect(begun).toEqual(order);
  expect(lines).toMatchObject([{ level: 40, msg: 'request refused' }]);
  expect(lines[0]).not.toHaveProperty('err');
});

it('a client that goes away leaves nothing behind: all of its requests are over, and what waited never begins', async () => {
  const { socket } = open();
  socket.write(get('/a', '/b', '/c', '/d'));
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b']));
  // It is done, but stands behind the first: Node will never say that it ended.
  finish('/b');
  socket.destroy();
  await vi.waitFor(() => expect(over.toSorted()).toEqual(['/a', '/b', '/c', '/d']));
  finish('/a');
  const other = open();
  other.socket.write(get('/other'));
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b', '/other']));
});

it('what is not HTTP is answered with 400 after what came whole before it, once, and leaves one line', async () => {
  const { socket, received } = open();
  socket.write(`${get('/a', '/b')}this is not HTTP\r\n\r\n`);
  await vi.waitFor(() => expect(begun).toEqual(['/a', '/b']));
  socket.write('nor is this\r\n\r\n');
  finish('/b');
  finish('/a');
  await vi.waitFor(() => expect(socket.closed).toBe(true));
  expect(answers(received())).toEqual(['answer to /a', 'answer to /b', 'HTTP/1.1 400']);
  expect(received()).toContain('"request_id":"broken-1"');
  expect(lines).toMatchObject([{ level: 40, msg: 'request is not valid HTTP', reqId: 'broken-1' }]);
  expect(brokenAnswered).toBe(1);
});

it('a request that breaks in its body is answered with 400 itself', async () => {
  const { socket, received } = open();
  socket.write('POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
  await vi.waitFor(() => expect(socket.closed).toBe(true));
  expect(answers(received())).toEqual(['HTTP/1.1 400']);
});
