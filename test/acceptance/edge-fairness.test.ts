/** The edge under rude clients: pipelining, noise that is not HTTP, and the log that stays readable (issue: ingest). */
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { apiOf } from '../support/requests.ts';
import { type ServerProcess, useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);

function open({ url }: ServerProcess): { socket: Socket; received: () => string } {
  const socket = connect(Number.parseInt(new URL(url).port, 10), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return { socket, received: () => text };
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
const metric = async (name: string) => {
  const { text } = await api.get('/metrics');
  return Number.parseFloat(new RegExp(`^countinghouse_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 'NaN');
};
const linesSaying = (start: string) =>
  server()
    .log()
    .filter(({ msg }) => String(msg).startsWith(start));

it('a connection that pipelines a thousand questions does not keep others from their answers', async () => {
  const { socket, received } = open(server());
  socket.write(request('/v1/usage?group_by=properties.x').repeat(1_000));
  await expect.poll(() => statuses(received()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const own = await api.post<Ingested>('/v1/events', { id: 'f', customer_id: 'c', service: 's' });
  expect(own.body).toMatchObject({ accepted: 1 });
  expect((await api.get('/v1/usage')).status).toBe(200);
  await expect.poll(() => statuses(received()).length, { timeout: 120_000 }).toBe(1_000);
  const counts = { 200: 0, 503: 0 };
  for (const status of statuses(received())) counts[status as '200' | '503'] += 1;
  expect(counts[200] + counts[503]).toBe(1_000);
  expect(counts[200]).toBeGreaterThanOrEqual(66);
  socket.destroy();
  // One line at once, then at most one in five seconds: not one for each refusal, and no stack.
  const refusals = linesSaying('request refused');
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.length).toBeLessThan(30);
  for (const line of refusals) expect(line).not.toHaveProperty('err');
});

it('a client that pipelines and goes away leaves nothing in flight', async () => {
  await expect.poll(() => metric('requests_in_flight')).toBe(1);
  for (let round = 0; round < 5; round += 1) {
    const { socket, received } = open(server());
    socket.write(request('/v1/usage?group_by=source').repeat(40));
    await expect.poll(() => received().length, { timeout: 30_000 }).toBeGreaterThan(0);
    socket.destroy();
  }
  await expect.poll(() => metric('requests_in_flight'), { timeout: 30_000 }).toBe(1);
});

it('what is not even HTTP leaves a line in the log, once for a flood, and none of its content', async () => {
  for (let times = 0; times < 50; times += 1) {
    expect(await sendRaw(server().url, 'hush-4712, is this HTTP?\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  }
  const lines = linesSaying('request is not valid HTTP');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(10);
  expect(lines[0]).toMatchObject({ level: 40, kind: expect.any(String), reqId: expect.any(String) });
  expect(server().output()).not.toContain('hush-4712');
});

it('an address that cannot be read is a 400 and leaves a line in the log, once for a flood', async () => {
  for (let times = 0; times < 50; times += 1) {
    expect((await api.get('/v1/customers/%zz')).status).toBe(400);
  }
  const lines = linesSaying('request is not valid HTTP').filter(({ kind }) =>
    String(kind).includes('address'),
  );
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(10);
});
