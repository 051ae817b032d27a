/** How far a file was sent: for the same file and destination only, and never at the cost of sending. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProgress } from './send-progress.ts';

function makeFile(text: string): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'countinghouse-progress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'usage.ndjson');
  writeFileSync(file, text);
  return { folder, file };
}

test('it goes on with the same file, also when that has grown, and knows what was refused', () => {
  const { file, folder } = makeFile('one\ntwo\n');
  const to = ['http://a', undefined];
  expect(openProgress(file, to).save(2, 1)).toBe(true);
  writeFileSync(file, 'three\n', { flag: 'a' });
  const next = openProgress(file, to);
  expect(next).toMatchObject({ lines: 2, refused: 1 });
  next.finish();
  expect(openProgress(file, to)).toMatchObject({ lines: 0, refused: 0 });
  expect(readdirSync(folder)).toEqual(['usage.ndjson']);
});

test('another file under the name, or another server, begins anew', () => {
  const { file } = makeFile('one\ntwo\n');
  openProgress(file, ['http://a']).save(2, 0);
  expect(openProgress(file, ['http://b']).lines).toBe(0);
  writeFileSync(file, 'other\ntwo\n');
  expect(openProgress(file, ['http://a']).lines).toBe(0);
});

test('what is kept and cannot be read begins anew', () => {
  const { file } = makeFile('one\n');
  for (const text of ['', '{}', '{"lines":1,"refused":0,"bytes":-1,"key":""}', '{"lines":1,"bytes":4}']) {
    writeFileSync(`${file}.sent`, text);
    expect(openProgress(file, []).lines).toBe(0);
  }
});

test('a place that cannot be written is told, and no more', () => {
  const { file } = makeFile('one\n');
  mkdirSync(`${file}.sent.new`);
  expect(openProgress(file, []).save(1, 0)).toBe(false);
});

test('a pipe is not looked into: what is read from it would be lost', () => {
  const { folder } = makeFile('');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const progress = openProgress(pipe, []);
  expect([progress.lines, progress.save(1, 0)]).toEqual([0, true]);
  progress.finish();
  expect(readdirSync(folder).sort()).toEqual(['pipe', 'usage.ndjson']);
});
