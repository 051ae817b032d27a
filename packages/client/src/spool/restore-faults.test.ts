/** A spool that was removed while in use, when its copy cannot be written at first. */
import { readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { crashed, drain, listSegments, makeFolder, openTestSpool } from '../testing/spool-on-disk.ts';
import { nodeSpoolFiles } from './spool-files.ts';

const texts = ['1', '2', '3'];

test('a copy that the disk has no room for is tried again, and leaves nothing behind', async () => {
  let isFull = false;
  let failures = 0;
  const fdatasyncSync = (fd: number): void => {
    if (isFull) {
      failures += 1;
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }
    nodeSpoolFiles.fdatasyncSync(fd);
  };
  const { outbox, directory } = openTestSpool(makeFolder(), {}, { fdatasyncSync });
  await outbox.append('1');
  rmSync(directory, { recursive: true });
  isFull = true;
  await expect.poll(() => failures, { timeout: 5_000 }).toBeGreaterThan(1);
  isFull = false;
  await outbox.append('2');
  await outbox.append('3');
  expect((await drain(openTestSpool(crashed(directory)).outbox)).sort()).toEqual(texts);
  expect(readdirSync(directory).length).toBe(1);
  expect(await drain(outbox)).toEqual(texts);
});

test('a segment that was removed while its folder stays is written again', async () => {
  const { outbox, directory } = openTestSpool(makeFolder());
  await outbox.append('1');
  const [path] = listSegments(directory);
  rmSync(path!);
  await outbox.append('2');
  await outbox.append('3');
  expect(await drain(openTestSpool(crashed(directory)).outbox)).toEqual(texts);
  expect(readdirSync(dirname(dirname(path!))).filter((name) => name.endsWith('1')).length).toBe(2);
});
