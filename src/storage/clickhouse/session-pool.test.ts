/** The pool's promises: one at a time, in order, bounded, and closing only when idle. */
import { expect, test } from 'vitest';
import { Busy } from '../../errors.ts';
import { makeSessionPool } from './session-pool.ts';

/** Work that ends when told to, and says which session it was given. */
function heldWork(log: string[]) {
  const ends: (() => void)[] = [];
  const work = (name: string) => (session: string) =>
    new Promise<void>((resolve) => {
      log.push(`${name} on ${session}`);
      ends.push(resolve);
    });
  return { work, endNext: () => ends.shift()?.() };
}

test('a session runs one piece of work at a time, first come, first served', async () => {
  const log: string[] = [];
  const { work, endNext } = heldWork(log);
  const pool = makeSessionPool(['s1'], 5);
  const all = ['a', 'b', 'c'].map((name) => pool.run(work(name)));
  await Promise.resolve();
  expect(log).toEqual(['a on s1']);
  endNext();
  await all[0];
  expect(log).toEqual(['a on s1', 'b on s1']);
  endNext();
  await all[1];
  endNext();
  await all[2];
  expect(log).toEqual(['a on s1', 'b on s1', 'c on s1']);
});

test('a full queue refuses at once and starts nothing', async () => {
  const log: string[] = [];
  const { work, endNext } = heldWork(log);
  const pool = makeSessionPool(['s1'], 1);
  const taken = [pool.run(work('a')), pool.run(work('b'))];
  await expect(pool.run(work('c'))).rejects.toThrow(Busy);
  endNext();
  await taken[0];
  endNext();
  await taken[1];
  expect(log).toEqual(['a on s1', 'b on s1']);
});

test('a failure frees its session', async () => {
  const pool = makeSessionPool(['s1'], 0);
  await expect(pool.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(pool.run(async (session) => session)).resolves.toBe('s1');
});

test('closing waits for work taken on, waiting work too, and refuses new work', async () => {
  const log: string[] = [];
  const { work, endNext } = heldWork(log);
  const pool = makeSessionPool(['s1'], 5);
  const taken = [pool.run(work('a')), pool.run(work('b'))];
  let closed = false;
  const closing = pool.close().then(() => {
    closed = true;
  });
  await expect(pool.run(work('c'))).rejects.toThrow(Busy);
  await Promise.resolve();
  endNext();
  await taken[0];
  expect(closed).toBe(false);
  endNext();
  await taken[1];
  await closing;
  expect(log).toEqual(['a on s1', 'b on s1']);
  await pool.close();
});
