/** Each named scenario and ten random ones, small, against the built program: every answer and every total agrees. */
import { expect, test } from 'vitest';
import { scenarios } from '../../src/simulator/scenarios/scenario-list.ts';
import { runProgram, useServer } from '../support/server-process.ts';

const server = useServer();

async function simulate(args: readonly string[]): Promise<string> {
  const program = runProgram(['simulate', ...args, '--url', server().url]);
  const { code } = await program.exited;
  // The seed stands in what is told, so that a failure can be seen again.
  expect([code, program.output(), program.errors()]).toEqual([0, program.output(), '']);
  return program.output();
}

test.each(scenarios.map(({ name }) => name))('%s agrees', async (name) => {
  expect(
    await simulate([name, '--statements', '--seed', '7', '--events', '300', '--customers', '15']),
  ).toMatch(/Totals checked: [\d,]{4,} values agree/);
});

test.each([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])('a random scenario agrees: seed %i', async (seed) => {
  // Questions about totals are asked for each customer: more of them than events can reach would only cost time.
  const told = await simulate(['random', '--seed', `${seed}`, '--events', '200', '--customers', '16']);
  expect(told).toMatch(/Totals checked: [\d,]{3,} values agree/);
  expect(told).toContain(`--seed ${seed} `);
});

test('the same seed a second time is all duplicates, and no total moves', async () => {
  const args = ['steady', '--seed', '21', '--events', '200'];
  // Its totals are checked when all of it is there twice.
  await simulate([...args, '--no-check']);
  const told = await simulate([...args, '--statements']);
  expect(told).toContain('from an earlier run');
  expect(told).toContain('Statements not checked: the server has events of an earlier run');
  expect(told).toMatch(/ordinary usage +\d+ +accepted \d+ +duplicate \d+ +ok/);
  expect(told).toMatch(/values agree/);
});

test('through BillingClient it is the same', async () => {
  const told = await simulate(['black-friday', '--seed', '22', '--events', '200', '--client']);
  expect(told).toMatch(/values agree/);
});

test('at sixty times the speed of the clock the span ends when the clock meets it', async () => {
  const startedMs = Date.now();
  // A day in 2.4 s.
  const told = await simulate([
    'steady',
    '--seed',
    '23',
    '--events',
    '50',
    '--days',
    '1',
    '--speed',
    '36000x',
  ]);
  expect(told).toMatch(/values agree/);
  const end = Date.parse(/--end (\S+)/.exec(told)?.[1] ?? '');
  expect(end).toBeGreaterThan(startedMs);
  expect(end).toBeLessThanOrEqual(Date.now());
});

test('a run that is stopped says where to go on, and going on completes it', async () => {
  const args = ['steady', '--seed', '24', '--events', '12000', '--customers', '12', '--batch', '50'];
  const stopped = runProgram(['simulate', ...args, '--url', server().url]);
  while (!/Sent [\d,]+: [1-9]/.test(stopped.output()))
    await new Promise((resolve) => setTimeout(resolve, 20));
  stopped.kill('SIGINT');
  expect((await stopped.exited).code).toBe(130);
  const position = /--from-event (\d+)/.exec(stopped.output())?.[1] ?? '';
  expect(Number.parseInt(position, 10)).toBeGreaterThan(0);
  const told = await simulate([...args, '--from-event', position]);
  expect(told).toContain('from an earlier run');
  expect(told).toMatch(/Totals checked: [\d,]+ values agree/);
});

test('a server that is not there is said, with exit code 1; nonsense is refused with 2', async () => {
  const gone = runProgram(['simulate', '--url', 'http://127.0.0.1:1']);
  expect((await gone.exited).code).toBe(1);
  expect(gone.errors()).toContain('no server at http://127.0.0.1:1');
  const nonsense = runProgram(['simulate', 'no-such-scenario']);
  expect((await nonsense.exited).code).toBe(2);
  expect(nonsense.errors()).toContain('there is no scenario "no-such-scenario": steady, black-friday');
  const unasked = runProgram(['simulate', '--statements', '--no-check']);
  expect((await unasked.exited).code).toBe(2);
  expect(unasked.errors()).toContain('--statements asks a server for totals');
});
