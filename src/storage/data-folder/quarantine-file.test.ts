import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { openQuarantineFile } from './quarantine-file.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarantine-'));
  file = join(folder, 'quarantine.ndjson');
});

afterEach(() => rm(folder, { recursive: true }));

const openFile = () => openQuarantineFile(file, () => 0);
const event = (sequence: number) => ({ source: 'a', id: `e${sequence}`, sequence }) as StoredEvent;
const refused = new Error('cannot parse');
const keptIds = async () =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { event: StoredEvent }).event.id);

it('where nothing is kept there is no file, and nothing to say', async () => {
  const quarantine = await openFile();
  expect([quarantine.describe(), quarantine.count(), quarantine.lastSequence()]).toEqual([null, 0, 0]);
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

it('an event is kept whole, with the reason and the time, in a file that only its owner reads', async () => {
  const quarantine = await openFile();
  await quarantine.keep([event(7)], refused);
  const line = { at: '1970-01-01T00:00:00.000Z', reason: 'cannot parse', event: event(7) };
  expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(line)}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(quarantine.describe()).toContain('1 acknowledged events');
});

it('what comes again, also after a restart, is kept once; the last sequence is never given again', async () => {
  const first = await openFile();
  await first.keep([event(9), event(3)], refused);
  await first.keep([event(3)], refused);
  const second = await openFile();
  await second.keep([event(9), event(4)], refused);
  expect(await keptIds()).toEqual(['e9', 'e3', 'e4']);
  expect([second.count(), second.lastSequence()]).toEqual([3, 9]);
});

it('a line that a crash cut short does not spoil the next one', async () => {
  await (await openFile()).keep([event(1)], refused);
  await appendFile(file, '{"at":"1970-01-01T00:0');
  const quarantine = await openFile();
  expect(quarantine.count()).toBe(1);
  await quarantine.keep([event(2)], refused);
  expect(await keptIds()).toEqual(['e1', 'e2']);
  expect((await openFile()).count()).toBe(2);
});
