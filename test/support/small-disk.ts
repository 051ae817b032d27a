/**
 * A real file system that can be really full, mounted small for a test and gone with it. Only root may mount; elsewhere the
 * test is skipped and says so.
 */
import { execFile } from 'node:child_process';
import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished, type TestContext } from 'vitest';
import { makeFolder } from './server-process.ts';

const run = promisify(execFile);

export async function mountSmallDisk(context: TestContext, bytes: number): Promise<string> {
  const mounted = await makeFolder();
  const options = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', mounted];
  const trouble = await run('mount', options).then(
    () => null,
    (error: Error) => error.message,
  );
  if (trouble !== null) context.skip(`no small file system can be mounted here: ${trouble}`);
  onTestFinished(async () => void (await run('umount', ['--lazy', mounted])));
  return mounted;
}

/** With something else, to the last byte. Resolves to that file: what is removed to make room. */
export async function fillDisk(disk: string): Promise<string> {
  const { bavail, bsize } = await statfs(disk);
  const ballast = join(disk, 'ballast');
  await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error) => {
    if (error.code !== 'ENOSPC') throw error;
  });
  return ballast;
}
