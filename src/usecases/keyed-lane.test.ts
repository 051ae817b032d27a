import { expect, it } from 'vitest';
import { makeKeyedLane } from './keyed-lane.ts';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

it('what shares a key waits in order, what shares none does not', async () => {
  const lane = makeKeyedLane();
  const order: string[] = [];
  const first = gate();
  const run = (name: string, keys: string[], wait?: Promise<void>) =>
    lane(keys, async () => {
      await wait;
      order.push(name);
      return name;
    });
  const held = run('held', ['a', 'b'], first.opened);
  const both = run('both', ['b', 'c']);
  const after = run('after', ['c']);
  expect(await run('free', ['d'])).toBe('free');
  expect(order).toEqual(['free']);
  first.open();
  expect(await Promise.all([held, both, after])).toEqual(['held', 'both', 'after']);
  expect(order).toEqual(['free', 'held', 'both', 'after']);
});

it('work that fails lets the next one go, and is told of', async () => {
  const lane = makeKeyedLane();
  const failing = lane(['a'], async () => Promise.reject(new Error('broken')));
  const next = lane(['a'], async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
