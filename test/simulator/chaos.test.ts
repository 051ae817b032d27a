/** A server that is killed and cut off while it is simulated: what was answered counts, and counts once. */
import { expect, test } from 'vitest';
import { runProgram } from '../support/server-process.ts';

test.each([
  ['retry-storm', 3],
  ['random', 5],
])('%s agrees through kills and cut connections', { timeout: 400_000 }, async (name, seed) => {
  const program = runProgram(['simulate', name, '--chaos', '--seed', `${seed}`, '--events', '600']);
  const { code } = await program.exited;
  const told = program.output();
  expect([code, told, program.errors()]).toEqual([0, told, '']);
  expect(told).toMatch(/Totals checked: [\d,]{4,} values agree/);
  const [, kills = '0', cuts = '0'] = /Chaos: (\d+) kills, (\d+) cut connections/.exec(told) ?? [];
  expect(Number.parseInt(kills, 10)).toBeGreaterThanOrEqual(2);
  expect(Number.parseInt(cuts, 10)).toBeGreaterThanOrEqual(1);
});
