/** A polite stop finishes what is in flight, loses nothing that was acknowledged, and ends with 0. */
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Ingested, Listed } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { makeFolder, type ServerProcess, startServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

const event = (id: string) => ({ id, customer_id: 'stop', service: 'Stop', time: '2025-10-05T00:00:00Z' });

async function storedIds(data: string): Promise<string[]> {
  const server = await startServer({ data });
  const items = await walkPages<Listed>(
    apiOf(() => server.url),
    ['v1', 'events'],
    { limit: '1000' },
  );
  return items.map(({ id }) => id);
}

it('after SIGTERM under load every acknowledged event is there once, and the exit code is 0', async () => {
  const data = await makeFolder();
  const server = await startServer({ data });
  const acknowledged = await loadUntilStopped(server);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(existsSync(join(data, 'server.json'))).toBe(false);
  const stored = await storedIds(data);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
});

/** Six connections send until they are refused; the stop is asked for in the middle. */
async function loadUntilStopped(server: ServerProcess): Promise<string[]> {
  const api = apiOf(() => server.url);
  const acknowledged: string[] = [];
  const connection = async (name: number) => {
    for (let at = 0; ; at += 1) {
      const batch = Array.from({ length: 20 }, (_, member) => event(`${name}-${at}-${member}`));
      const answer = await api.post<Ingested>('/v1/events', batch).catch(() => null);
      // No answer: the listener is closed, and nothing was promised.
      if (answer === null) return;
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toMatchObject({ accepted: batch.length });
      acknowledged.push(...batch.map(({ id }) => id));
      if (acknowledged.length === 12 * 20) server.kill('SIGTERM');
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(connection));
  return acknowledged;
}

it('at SIGINT idle connections close, and requests that have begun to arrive are answered and kept', async () => {
  const data = await makeFolder();
  const server = await startServer({ data });
  const idle = await openIdle(server);
  const halfHead = await openIdle(server);
  halfHead.write('GET /v1/usage HTTP/1.1\r\nHost:');
  const body = JSON.stringify(event('half-sent'));
  const socket = await openReport(server, body.length);
  socket.write(body.slice(0, 20));
  // Answers to what is sent later say that the half head was read.
  for (const _ of [1, 2]) (await openIdle(server)).destroy();
  server.kill('SIGINT');
  await received(idle);
  await expect.poll(() => isListening(server), { timeout: 20_000 }).toBe(false);
  const answers = [received(socket), received(halfHead)];
  socket.write(body.slice(20));
  halfHead.write(' 127.0.0.1\r\n\r\n');
  const [answer, other] = await Promise.all(answers);
  expect(answer).toMatch(/HTTP\/1\.1 200 [\s\S]*"accepted":1/);
  expect(other).toMatch(/HTTP\/1\.1 200 [\s\S]*"rows":/);
  // Else the stop would wait until the client lets its kept-alive connection go.
  expect(answer).toMatch(/^connection: close\r$/im);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(await storedIds(data)).toEqual(['half-sent']);
});

/** A kept-alive connection that has had its answer. */
function openIdle({ url }: ServerProcess): Promise<Socket> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number.parseInt(port, 10), '127.0.0.1');
    socket.setEncoding('utf8').once('error', reject);
    socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    socket.once('data', () => resolve(socket));
  });
}

/** Resolves when the server has said that it waits for the body: from then on the request is in flight. */
function openReport(server: ServerProcess, length: number): Promise<Socket> {
  const { port } = new URL(server.url);
  const head = [
    'POST /v1/events HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    'Expect: 100-continue',
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number.parseInt(port, 10), '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
    socket.setEncoding('utf8').once('error', reject);
    socket.once('data', () => resolve(socket));
  });
}

/** All that comes until the server closes. */
function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
  });
}

function isListening({ url }: ServerProcess): Promise<boolean> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number.parseInt(port, 10), '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
