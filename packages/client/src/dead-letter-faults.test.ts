/** Dead letters when their disk fails: nothing leaves the spool before they are written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBurial } from './burial.ts';
import type { DeadLetter } from './outbox.ts';
import { makeDeadLetterFile } from './spool/dead-letter-file.ts';
import { nodeSpoolFiles } from './spool/spool-files.ts';
import { systemSurroundings } from './surroundings.ts';
import { makeFolder } from './testing/spool-on-disk.ts';

const letter = (id: string): DeadLetter => ({
  ...{
    id,
    source: null,
    status: 'rejected',
    code: 'x',
    field: null,
    message: 'm',
    at: '2026-11-24T10:00:00.000Z',
  },
  event: { id, customer_id: 'c', service: 's' },
});

const linesIn = (directory: string): string[] =>
  readdirSync(directory).flatMap((name) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n'));

test('a disk that is full is waited for, half a line is taken back, and held events are kept once', async () => {
  const directory = makeFolder();
  let room = 30;
  let failures = 0;
  const writeSync = ((fd: number, bytes: Buffer, offset: number) => {
    const fits = Math.min(bytes.length - offset, room);
    if (fits === 0) {
      failures += 1;
      if (failures === 3) room = 10_000;
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }
    room -= fits;
    return nodeSpoolFiles.writeSync(fd, bytes, offset, fits);
  }) as never;
  const deadLetters = makeDeadLetterFile({ ...nodeSpoolFiles, writeSync }, directory, 'a');
  const held: string[] = [];
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const burial = makeBurial({
    ...{ deadLetters, surroundings: systemSurroundings, stopped: new AbortController().signal },
    outbox: { hold: (events) => void held.push(...events.map(({ line }) => line)) },
    settings: { logger: silent, onDeadLetter: () => {}, retry: { baseDelayMs: 1, maxDelayMs: 2 } },
  });
  expect(await burial.keep([letter('1'), letter('2')], [{ line: 'h', heldSinceMs: 1 }])).toBe(true);
  expect(linesIn(directory).map((line) => JSON.parse(line).id)).toEqual(['1', '2']);
  expect([held, failures]).toEqual([['h'], 3]);
});

test('a file that is renamed while it is written is written again, where it will be seen', async () => {
  const directory = makeFolder();
  const path = join(directory, 'dead-letters-a.ndjson');
  let renamed = false;
  const fdatasync = ((fd: number, done: (error: Error | null) => void) => {
    if (!renamed) nodeSpoolFiles.renameSync(path, join(directory, 'dead-letters-a.taken-1.ndjson'));
    renamed = true;
    nodeSpoolFiles.fdatasync(fd, done);
  }) as never;
  await makeDeadLetterFile({ ...nodeSpoolFiles, fdatasync }, directory, 'a').write([letter('1')]);
  expect(readdirSync(directory).sort()).toEqual(['dead-letters-a.ndjson', 'dead-letters-a.taken-1.ndjson']);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: '1' });
});
