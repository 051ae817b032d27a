import { expect, test, vi } from 'vitest';
import type { Connection, Statement } from './connection.ts';
import { makeKeyHealer } from './heal-keys.ts';
import { StoredDataDamaged } from './query-errors.ts';

const limits = { executionMsMax: 1000, memoryBytesMax: 1000 };
const damage = () => Promise.reject(new StoredDataDamaged('damaged'));
const seven = async () => 7;

/** Checking the parts waits for `go`; then `broken` says how many are broken, before the repair and after. */
function pretendedEngine(broken: number[]) {
  const asked: string[] = [];
  let go: (error?: Error) => void = () => {};
  const checked = new Promise<void>((resolve, reject) => {
    go = (error) => (error ? reject(error) : resolve());
  });
  const query = async ({ sql }: Statement) => {
    asked.push(sql.slice(0, 11));
    if (!sql.startsWith('CHECK')) return [[broken.shift() ?? 0]];
    await checked;
    return [];
  };
  const command = async (sql: string) => void asked.push(sql.slice(0, 11));
  return { connection: { query, command } as unknown as Connection, asked, go: (error?: Error) => go(error) };
}

test('while the projection is mended nothing is read, nor what was begun before; then all is', async () => {
  const engine = pretendedEngine([1, 1, 0]);
  const healer = makeKeyHealer(engine.connection, { limits });
  let answer: (seven: number) => void = () => {};
  const begun = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const begunBefore = healer.watch(() => begun);
  await expect(healer.watch(damage)).rejects.toThrow('damaged');
  await expect(healer.watch(seven)).rejects.toThrow('is being built again');
  answer(7);
  await expect(begunBefore).rejects.toThrow('is being built again');
  engine.go();
  await vi.waitFor(async () => expect(await healer.watch(seven)).toBe(7));
  expect(engine.asked.filter((sql) => sql.startsWith('CHECK') || sql.startsWith('ALTER'))).toEqual([
    'CHECK TABLE',
    'ALTER TABLE',
  ]);
});

test('damage that the check does not find is looked for once, and reads say what they meet', async () => {
  const engine = pretendedEngine([0, 0]);
  const healer = makeKeyHealer(engine.connection, { limits });
  await expect(healer.watch(damage)).rejects.toThrow('damaged');
  engine.go();
  await vi.waitFor(async () => expect(await healer.watch(seven)).toBe(7));
  await expect(healer.watch(damage)).rejects.toThrow('damaged');
  expect(await healer.watch(seven)).toBe(7);
  expect(engine.asked.filter((sql) => sql.startsWith('CHECK'))).toHaveLength(1);
});

test('a mending that fails leaves nothing readable', async () => {
  const engine = pretendedEngine([]);
  const healer = makeKeyHealer(engine.connection, { limits });
  await expect(healer.watch(damage)).rejects.toThrow('damaged');
  engine.go(new Error('no memory'));
  await vi.waitFor(() => expect(healer.watch(seven)).rejects.toThrow('could not be built again'));
});

test('other errors begin nothing', async () => {
  const engine = pretendedEngine([]);
  const healer = makeKeyHealer(engine.connection, { limits });
  await expect(healer.watch(() => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
  expect([engine.asked, await healer.watch(seven)]).toEqual([[], 7]);
});
