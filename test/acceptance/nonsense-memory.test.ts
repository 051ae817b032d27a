/** Thousands of refused requests leave nothing behind: the process stays the same one and does not grow. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { sendRaw } from '../support/raw-socket.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const mebibyte = 1024 * 1024;
const json = { 'content-type': 'application/json' };
const event = { id: 'n', customer_id: 'memory', service: 'Memory' };

const bomb = gzipSync(Buffer.alloc(32 * mebibyte, ' '));
const large = Buffer.alloc(20 * mebibyte, ' ');
const unknownMembers = JSON.stringify(Array.from({ length: 100 }, (_, at) => ({ ...event, [`m${at}`]: 1 })));

const report = (body: string | Uint8Array, headers: Record<string, string> = json) =>
  api.send('POST', '/v1/events', { body, headers });

/** Small ones, many at once; `at` makes each one's text a new one. */
async function smallNonsense(at: number): Promise<void> {
  const answers = await Promise.all([
    report('{"id": '),
    report(JSON.stringify({ ...event, [`unknown-${at}`]: 1 })),
    report(JSON.stringify({ ...event, quantity: '1e9' })),
    report(unknownMembers),
    report('x', { 'content-type': `text/${at}` }),
    report('x', { ...json, 'content-encoding': 'gzip' }),
    api.get(`/nowhere/${at}`),
    api.get(`/v1/usage?window=${at}fortnight`),
    api.get(`/v1/customers/%zz${at}`),
    api.send('DELETE', `/v1/customers/${at}`),
    api.get('/v1/events', { authorization: `Bearer ${at}` }),
    sendRaw(server().url, `nonsense ${at}\r\n\r\n`),
  ]);
  expect(answers).toHaveLength(12);
}

async function largeNonsense(): Promise<void> {
  const answers = await Promise.all([report(large), report(bomb, { ...json, 'content-encoding': 'gzip' })]);
  for (const { status } of answers) expect(status).toBe(413);
}

async function rounds(from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += 1) {
    await smallNonsense(at);
    if (at % 40 === 0) await largeNonsense();
  }
}

async function residentMebibytes(): Promise<number> {
  const status = await readFile(`/proc/${server().pid}/status`, 'utf8');
  const [, kibibytes = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number.parseInt(kibibytes, 10) / 1024;
}

it.skipIf(!existsSync('/proc/self/status'))(
  'the process does not grow over several thousand requests of nonsense (needs /proc)',
  async () => {
    // The first ones fill caches, pools and the young heap: growth is what comes after them.
    await rounds(0, 81);
    const before = await residentMebibytes();
    await rounds(81, 170);
    const after = await residentMebibytes();
    expect(before).toBeGreaterThan(0);
    expect(after - before, `${before} MiB before, ${after} MiB after`).toBeLessThan(64);
    expect((await api.get('/health')).body).toEqual({ status: 'healthy' });
  },
);
