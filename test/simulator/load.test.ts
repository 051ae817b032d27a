/** `countinghouse load` against the built program: what it counts is what is stored, and machines can read it. */
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { runProgram, useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);

async function load(args: readonly string[]) {
  const program = runProgram([
    'load',
    '--url',
    server().url,
    '--duration',
    '1',
    '--customers',
    '10',
    ...args,
  ]);
  const { code } = await program.exited;
  return { code, told: program.output(), errors: program.errors() };
}

test('a closed loop tells as JSON what it did, and the server has those events', async () => {
  const { told, errors } = await load(['--seed', '41', '--batch', '20', '--connections', '2', '--json']);
  expect(errors).toBe('');
  const result = JSON.parse(told);
  expect(result).toMatchObject({
    mode: 'closed',
    rate: null,
    batch: 20,
    connections: 2,
    errors: {},
    unsent: 0,
  });
  expect(result.accepted).toBe(result.events);
  expect(result.latency_ms.p50).toBeGreaterThan(0);
  let stored = 0;
  for (const source of ['gateway', 'batch', 'device']) {
    const span = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
    const { body } = await api.get<{ rows: { events: number }[] }>(
      `/v1/usage?source=steady-41-${source}&${span}`,
    );
    stored += body.rows[0]?.events ?? 0;
  }
  expect(stored).toBe(result.accepted);
});

test('an open loop sends what is due, and says so to people', async () => {
  const { code, told } = await load(['--rate', '100', '--batch', '10']);
  const accepted = Number.parseInt(
    /\(asked for 100\)\n +answers: +(\d+) accepted, 0 duplicates/.exec(told)?.[1] ?? '',
    10,
  );
  const unsent = Number.parseInt(/not sent in time (\d+)/.exec(told)?.[1] ?? '', 10);
  // Ten requests are due in the second. A machine that is too slow for them says so, and its exit code.
  expect([accepted + 10 * unsent, code]).toEqual([100, unsent > 0 ? 1 : 0]);
  expect(told).toMatch(/latency: +p50 .* ms, p90 .* ms, p99 .* ms, max .* ms/);
});

test.each([
  ['--rate', 'fast', '--rate must be a whole number'],
  ['--url', 'nonsense', '--url must be an address'],
])('wrong usage is refused: %s %s', async (option, value, told) => {
  const { code, errors } = await load([option, value]);
  expect(code).toBe(2);
  expect(errors).toContain(told);
});
