/**
 * A disk or a store that fails under the whole program: what cannot be kept is not acknowledged, what was acknowledged
 * is kept, questions are answered as far as they can be, and work goes on without a restart when the fault has gone.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder } from '../support/server-process.ts';
import { audit } from './audit.mjs';
import { CrashingFolder, smallLimits } from './crash-round.mjs';
import type { Faults } from './faulty-server.mjs';
import { load } from './load.mjs';

const seed = 4242;
const clean = { lost: [], double: [], wrong: [] };
const batches = 12;

/** A faulty server on a fresh folder. It is ended by the test itself, and by the end of this process. */
async function useFaulty(faults: Faults) {
  const data = await makeFolder();
  const folder = new CrashingFolder(data, seed);
  const server = await folder.start({ limits: smallLimits, ...faults });
  const api = apiOf(() => server.url);
  const ledger = folder.nextLedger('faults');
  return {
    data,
    folder,
    server,
    api,
    send: (count = batches) => load(server.url, ledger, { batches: count }),
  };
}

type Faulty = Awaited<ReturnType<typeof useFaulty>>;

const all = { answered: batches, refused: 0, isGone: false };
const none = { answered: 0, refused: batches, isGone: false };

/** Of the server that had the fault, and, after a kill, of the executable on what is left. */
async function expectNothingLost({ server, folder }: Faulty): Promise<void> {
  expect(await audit(server.url, folder.ledgers)).toEqual(clean);
  await server.end();
  expect(await folder.audit()).toEqual(clean);
}

async function expectReady({ api }: Faulty): Promise<void> {
  await expect.poll(async () => (await api.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
}

async function segmentSizes(data: string): Promise<Map<string, number>> {
  const directory = join(data, 'journal');
  const names = (await readdir(directory)).toSorted();
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).size] as const)),
  );
}

test('after an fsync that failed nothing of its group is acknowledged, and a new segment is begun', async () => {
  // Nothing reaches the store, so that no segment is removed.
  const appendFails = 'before';
  const limits = { ...smallLimits, journalSegmentBytesMax: 10_000_000 };
  const phases: Faults['phases'] = [{ appendFails }, { appendFails, syncFails: true }, { appendFails }, {}];
  const faulty = await useFaulty({ limits, phases });
  const { server, send, data, api } = faulty;
  expect(await send()).toEqual(all);
  const before = [...(await segmentSizes(data)).keys()];
  await server.nextPhase();
  expect(await send()).toEqual(none);
  const failed = await segmentSizes(data);
  expect((await api.get('/readyz')).status).toBe(503);
  await server.nextPhase();
  expect(await send()).toEqual(all);
  const after = await segmentSizes(data);
  for (const name of before) expect(after.get(name), `${name} is never written again`).toBe(failed.get(name));
  expect([...after.keys()].filter((name) => !before.includes(name)).length).toBeGreaterThan(0);
  await server.nextPhase();
  await expectReady(faulty);
  await expectNothingLost(faulty);
});

test('a write that fails half-way is not acknowledged; writes that come up short are completed', async () => {
  const faulty = await useFaulty({
    phases: [{ writeBytesMax: 20_000 }, { writeFails: true }, { writeBytesMax: 9_999 }],
  });
  const { server, send } = faulty;
  expect(await send()).toEqual(all);
  await server.nextPhase();
  expect(await send()).toEqual(none);
  await server.nextPhase();
  expect(await send()).toEqual(all);
  await expectNothingLost(faulty);
});

test('a full disk refuses events with Retry-After, answers questions, and takes events again without a restart', async () => {
  const faulty = await useFaulty({ phases: [{ freeBytes: 900_000 }, {}] });
  const { server, send, api } = faulty;
  const filling = await send(200);
  expect(filling.answered).toBeGreaterThan(0);
  expect(filling.refused).toBeGreaterThan(0);
  expect((await api.get('/v1/usage')).status).toBe(200);
  expect((await api.get('/readyz')).status).toBe(503);
  await server.nextPhase();
  expect(await send()).toEqual(all);
  await expectReady(faulty);
  await expectNothingLost(faulty);
});

test('a store that fails costs no acknowledgement, is told of, and has every event once when it is back', async () => {
  const faulty = await useFaulty({ phases: [{ appendFails: 'before' }, {}] });
  const { server, send, api } = faulty;
  expect(await send()).toEqual(all);
  await expect.poll(async () => (await api.get('/readyz')).status, { timeout: 20_000 }).toBe(503);
  const { reasons } = (await api.get<{ reasons: string[] }>('/readyz')).body;
  expect(reasons.join()).toMatch(/usage store failed \d+ times/);
  const question = await api.get('/v1/usage');
  expect(question.status).toBe(503);
  expect(question.headers.get('retry-after')).not.toBeNull();
  expect(await send()).toEqual(all);
  await server.nextPhase();
  await expectReady(faulty);
  await expectNothingLost(faulty);
});

test.each(['half', 'after'] as const)(
  'a store that fails when it has taken some of the rows (%s it) has every event once',
  async (appendFails) => {
    // Each try leaves less to be stored, so that it comes right by itself: nothing to be seen in between is promised.
    const faulty = await useFaulty({ phases: [{ appendFails }, {}] });
    const { server, send } = faulty;
    expect(await send(30)).toEqual({ ...all, answered: 30 });
    await expect.poll(() => server.log().some(({ msg }) => /usage store failed/.test(msg))).toBe(true);
    await server.nextPhase();
    await expectReady(faulty);
    await expectNothingLost(faulty);
  },
);

test('look-ups that fail refuse what may have been seen, and nothing is counted twice for it', async () => {
  const faulty = await useFaulty({ phases: [{}, { lookUpFails: true }, {}] });
  const { server, send, api } = faulty;
  expect(await send()).toEqual(all);
  // What is visible is no longer pending: its repeats have to be looked up.
  expect((await api.get('/v1/usage')).status).toBe(200);
  await server.nextPhase();
  expect((await send(40)).refused).toBeGreaterThan(0);
  await server.nextPhase();
  expect(await send()).toEqual(all);
  await expectNothingLost(faulty);
});

test('beyond what may wait in the journal events are refused until the store is back', async () => {
  const limits = { ...smallLimits, journalWaitingBytesMax: 60_000 };
  const faulty = await useFaulty({ limits, phases: [{ appendFails: 'before' }, {}] });
  const { server, send } = faulty;
  const filling = await send(120);
  expect(filling.answered).toBeGreaterThan(0);
  expect(filling.refused).toBeGreaterThan(0);
  await server.nextPhase();
  await expectReady(faulty);
  expect(await send()).toEqual(all);
  await expectNothingLost(faulty);
});

test.each([
  ['is well', {}],
  ['fails', { appendFails: 'before' }],
] as const)(
  'told to stop under load while the store %s, it ends with 0 and loses nothing',
  async (_, phase) => {
    const { folder, server } = await useFaulty({ phases: [phase] });
    const ledger = folder.nextLedger('stopped');
    const stopAt = 10;
    const onAnswer = (answered: number) => {
      if (answered === stopAt) server.kill('SIGTERM');
    };
    expect((await load(server.url, ledger, { onAnswer })).isGone).toBe(true);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(ledger.acknowledged.size).toBeGreaterThan(stopAt);
    expect(await folder.audit()).toEqual(clean);
  },
);
