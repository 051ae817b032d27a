import { expect, test } from 'vitest';
import { forEachInFlight } from './in-flight.ts';

test('every item is worked on once, as many side by side as allowed and no more', async () => {
  const done: number[] = [];
  let running = 0;
  let runningMax = 0;
  await forEachInFlight(range(50), 8, async (item) => {
    running += 1;
    runningMax = Math.max(runningMax, running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(item);
  });
  expect(runningMax).toBe(8);
  expect(done.toSorted((a, b) => a - b)).toEqual(range(50));
});

test('after a failure nothing new is started, and it is thrown when the others have ended', async () => {
  const started: number[] = [];
  let running = 0;
  const work = forEachInFlight(range(50), 4, async (item) => {
    started.push(item);
    running += 1;
    await new Promise(setImmediate);
    running -= 1;
    if (item === 1) throw new Error('item 1 failed');
  });
  await expect(work).rejects.toThrow('item 1 failed');
  expect(running).toBe(0);
  expect(started.length).toBeLessThan(10);
});

test('an empty list is done', async () => {
  await forEachInFlight([], 8, () => Promise.reject(new Error('never')));
});

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
