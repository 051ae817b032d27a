/** Simulations to files: the same arguments give the same bytes, any part can be written alone, and CSV is CSV. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { makeFolder, runProgram } from '../support/server-process.ts';

const end = ['--end', '2026-11-24T10:00:00Z'];

async function write(name: string, args: readonly string[]): Promise<string> {
  const file = join(await makeFolder(), name);
  const program = runProgram(['simulate', ...args, ...end, '--out', file]);
  expect([(await program.exited).code, program.output()]).toEqual([0, '']);
  const told = [...program.errors().matchAll(/: ([\d,]+) of ([\d,]+) usage events/g)];
  expect(told.at(-1)?.[1]).toBe(told.at(-1)?.[2]);
  return readFile(file, 'utf8');
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

test.each(['random', 'misbehaving-client'])('%s replays to the byte from its seed', async (name) => {
  const args = [name, '--seed', '9', '--events', '3000'];
  const [one, other] = [await write('one', args), await write('other', [...args, '--batch', '17'])];
  expect(one.length).toBeGreaterThan(300_000);
  expect(hashOf(one)).toBe(hashOf(other));
  expect(hashOf(await write('third', [name, '--seed', '10', '--events', '3000']))).not.toBe(hashOf(one));
});

test('a run is taken up at a position: the rest is the end of the whole', async () => {
  const args = ['steady', '--seed', '3', '--events', '21000'];
  const whole = await write('whole', args);
  const rest = await write('rest', [...args, '--from-event', '10000']);
  expect(rest.length).toBeGreaterThan(whole.length / 3);
  expect(hashOf(whole.slice(-rest.length))).toBe(hashOf(rest));
});

test('CSV has a line for all that is well-formed, and its properties are JSON', async () => {
  const text = await write('events.csv', ['steady', '--events', '500', '--format', 'csv']);
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  expect(rows.length).toBeGreaterThan(500);
  expect(Object.keys(rows[0] ?? {}).join()).toBe(
    'source,id,customer_id,service,time,quantity,amount,properties',
  );
  expect(Object.keys(JSON.parse(rows[0]?.properties ?? ''))).toEqual(['region', 'plan']);
});

test('usage alone is as many lines as there are events, on standard output too', async () => {
  const program = runProgram(['simulate', '--events', '1234', '--no-extras', '--out', '-', ...end]);
  expect((await program.exited).code).toBe(0);
  const lines = program.output().trimEnd().split('\n');
  expect(lines.length).toBe(1_234);
  expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(1_234);
});
