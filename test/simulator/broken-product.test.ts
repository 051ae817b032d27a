/** The product itself, broken on purpose behind its own store: `simulate` must say so, with exit code 1. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, runProgram } from '../support/server-process.ts';

const program = fileURLToPath(new URL('./broken-server.mjs', import.meta.url));

async function startBroken(breakage: string): Promise<string> {
  const child = spawn(process.execPath, [program, breakage, '--port', '0', '--data', await makeFolder()], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  onTestFinished(async () => {
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  });
  let output = '';
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      const url = /"url":"(http:[^"]*)".*"msg":"listening"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

async function simulate(url: string, scenario: string) {
  const args = ['simulate', scenario, '--seed', '5', '--events', '300', '--customers', '12', '--url', url];
  const run = runProgram(args);
  const { code } = await run.exited;
  return { code, told: run.output() };
}

test.each<[breakage: string, scenario: string, message: RegExp]>([
  ['counts one twice', 'steady', /seed 5: GET \/v1\/usage.*events: expected \d+, got \d+/],
  ['forgets one', 'steady', /seed 5: GET \/v1\/usage.*(events|quantity): expected/],
  ['rounds each event', 'price-change', /seed 5: GET \/v1\/usage.*quantity: expected/],
  ['counts late events on arrival', 'late-batch', /seed 5: GET \/v1\/usage.*expected/],
  ['has its days in UTC', 'month-end', /seed 5: GET \/v1\/usage by day/],
])('a server that %s is caught', async (breakage, scenario, message) => {
  const { code, told } = await simulate(await startBroken(breakage), scenario);
  expect(code).toBe(1);
  expect(told).toMatch(/of [\d,]+ values DIFFER/);
  expect(told).toMatch(message);
});

test('a server that has never seen anything is caught when it is told the same again', async () => {
  const url = await startBroken('has never seen anything');
  await simulate(url, 'steady');
  const { code, told } = await simulate(url, 'steady');
  expect(code).toBe(1);
  expect(told).toMatch(/seed 5: GET \/v1\/usage.*events: expected \d+, got \d+/);
});
