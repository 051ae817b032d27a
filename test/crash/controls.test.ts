/**
 * Negative controls: the same loads and the same audit over servers with one guard removed. If the audit found nothing
 * here, its silence elsewhere would prove nothing. Each stands beside the same case with the guard in its place.
 */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../support/server-process.ts';
import { CrashingFolder } from './crash-round.mjs';
import type { Faults } from './faulty-server.mjs';
import { startChild } from './server-child.mjs';

const seed = 99;
const clean = { lost: [], double: [], wrong: [] };
type Guards = NonNullable<Faults['without']>;

/** Everything is in the journal only; then the power fails, and of the journal is left what was synced. */
async function cutPower(without: Guards) {
  const data = await makeFolder();
  const medium = await makeFolder();
  const folder = new CrashingFolder(data, seed);
  await folder.fillJournal({ without, medium });
  await rm(join(data, 'journal'), { recursive: true });
  await cp(medium, join(data, 'journal'), { recursive: true });
  return folder.audit();
}

test('a power cut takes nothing that was acknowledged', async () => {
  expect(await cutPower([])).toEqual(clean);
});

test('without fsync the same power cut is seen to lose events', async () => {
  expect((await cutPower(['sync'])).lost.length).toBeGreaterThan(100);
});

/** Dies between the store and the release of the journal: all that is replayed is stored already. */
async function crashBeforeRelease(without: Guards) {
  const folder = new CrashingFolder(await makeFolder(), seed);
  await folder.crash({ death: { point: 'store-after-append', passing: 1 } });
  return folder.audit({ without });
}

test('a replay of what is stored already stores nothing twice', async () => {
  expect(await crashBeforeRelease([])).toEqual(clean);
});

test('without the look-up the same replay is seen to count events twice', async () => {
  expect((await crashBeforeRelease(['look-up'])).double.length).toBeGreaterThan(0);
});

/** One byte of an acknowledged event is another one: its customer. */
async function damageJournal(data: string): Promise<string> {
  const directory = join(data, 'journal');
  const [name = ''] = (await readdir(directory)).toSorted();
  const bytes = await readFile(join(directory, name));
  bytes.write('crash-9', bytes.indexOf('crash-'));
  await writeFile(join(directory, name), bytes);
  return name;
}

test('damage in the journal refuses the start and names the file and the place', async () => {
  const data = await makeFolder();
  await new CrashingFolder(data, seed).fillJournal();
  const name = await damageJournal(data);
  const server = await startChild(data);
  expect(server.url).toBeNull();
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.errors()).toMatch(new RegExp(`the journal is damaged: .*${name} at byte \\d+`));
});

test('without checksums the same damage is seen as content that nobody sent', async () => {
  const data = await makeFolder();
  const folder = new CrashingFolder(data, seed);
  await folder.fillJournal();
  await damageJournal(data);
  const { wrong } = await folder.audit({ without: ['checksums'] });
  expect(wrong.join()).toMatch(/has customer_id crash-9/);
});
