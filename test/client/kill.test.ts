/**
 * The promise of the client as a user would test it: services and server are killed at random moments, again and
 * again, and in the end the server holds every event that `recordUsage` returned, each once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BillingClient } from '@countinghouse/client';
import { expect, onTestFinished, test } from 'vitest';
import { makeRandom } from '../support/random.ts';
import { makeFolder, type ServerProcess, startServer } from '../support/server-process.ts';

const service = fileURLToPath(new URL('recording-service.mjs', import.meta.url));
const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const rounds = Number(process.env.KILL_ROUNDS ?? 4);

interface Places {
  readonly url: string;
  readonly spool: string;
  readonly ledger: string;
}

function startService({ url, spool, ledger }: Places, events = 0): ChildProcess {
  const child = spawn(process.execPath, [service, url, spool, ledger, String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function kill(victim: { kill(signal: 'SIGKILL'): unknown }, gone: Promise<unknown>): Promise<void> {
  victim.kill('SIGKILL');
  await gone;
}

async function idsOnServer(url: string): Promise<string[]> {
  const ids: string[] = [];
  const client = new BillingClient({ baseUrl: url });
  for await (const { id } of client.getEvents({ source: 'killed-service', limit: 1000 })) ids.push(id);
  return ids;
}

function idsIn(ledger: string): string[] {
  const lines = readFileSync(ledger, 'utf8').split('\n');
  // The last line may be half a one: its call was not told as returned.
  return lines.slice(0, -1);
}

test(`two services on one spool and their server, killed ${rounds} times each (KILL_SEED=${seed})`, async () => {
  const random = makeRandom(seed);
  const [data, spool, ledgers] = [await makeFolder(), await makeFolder(), await makeFolder()];
  let server: ServerProcess = await startServer({ data });
  const { url } = server;
  const port = new URL(url).port;
  const places = ['a', 'b'].map((name) => ({ url, spool, ledger: join(ledgers, name) }));
  for (let round = 0; round < rounds; round += 1) {
    const services = places.map((place) => startService(place));
    await Promise.all(services.map((child) => once(child.stdout as NodeJS.ReadableStream, 'data')));
    await delay(20 + random.below(300));
    const killServer = async (): Promise<void> => {
      await kill(server, server.exited);
      await delay(random.below(100));
      server = await startServer({ data, args: ['--port', port] });
    };
    const killServices = services.map((child) => async () => {
      await delay(random.below(200));
      await kill(child, once(child, 'exit'));
    });
    await Promise.all([killServer(), ...killServices.map((one) => one())]);
  }
  const final = startService(places[0] as Places, 3);
  const [output] = await Promise.all([lastLine(final), once(final, 'exit')]);
  const stats = JSON.parse(output);
  expect(stats).toMatchObject({ waiting: 0, dead: 0, dropped: 0, damaged: 0 });
  const recorded = places.flatMap(({ ledger }) => idsIn(ledger));
  const stored = await idsOnServer(url);
  expect(recorded.length).toBeGreaterThan(rounds * 5);
  expect(new Set(stored).size).toBe(stored.length);
  const held = new Set(stored);
  expect(recorded.filter((id) => !held.has(id))).toEqual([]);
  expect(readdirSync(spool)).toEqual([]);
});

async function lastLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) text += chunk;
  return text.trimEnd().split('\n').at(-1) ?? '';
}
