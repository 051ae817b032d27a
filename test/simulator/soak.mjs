// @ts-check
/**
 * Simulations with chaos for as long as you like: `npm run soak:simulator -- --minutes M --seed S --events N`. Every run has
 * a scenario of its own, every third a named one, on a fresh folder. One JSON line a run; after a Ctrl-C, or when the time is
 * over, one with the sums. The exit code is 1 when any run differed; its arguments make it again.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scenarios } from '../../dist/simulator/scenarios/scenario-list.js';

const executable = fileURLToPath(new URL('../../bin/countinghouse.cjs', import.meta.url));
const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({ options: { minutes: text, seed: text, events: text } });
const minutes = Number.parseInt(values.minutes ?? '480', 10);
const firstSeed = Number.parseInt(values.seed ?? `${Date.now() % 1_000_000}`, 10);
const eventsMax = Number.parseInt(values.events ?? '20000', 10);
if (!(minutes > 0) || !(firstSeed >= 0) || !(eventsMax >= 100)) {
  throw new Error('--minutes, --seed and --events (at least 100) are whole numbers');
}

const endMs = performance.now() + minutes * 60_000;
let isStopped = false;
process.once('SIGINT', () => {
  isStopped = true;
});

/** @param {readonly string[]} args @returns {Promise<{ code: number | null, told: string }>} */
function run(args) {
  return new Promise((resolve) => {
    // In a group of its own: a Ctrl-C ends the soak behind the run, not the run.
    const child = spawn(process.execPath, [executable, 'simulate', ...args], { detached: true });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece) => {
        told += piece;
      });
    }
    child.once('close', (code) => resolve({ code, told }));
  });
}

/** @param {string} told @param {RegExp} pattern */
const numberIn = (told, pattern) => Number.parseInt((pattern.exec(told)?.[1] ?? '0').replaceAll(',', ''), 10);

const sums = { runs: 0, events: 0, kills: 0, cuts: 0, compared: 0, failed: 0 };
for (let turn = 0; performance.now() < endMs && !isStopped; turn += 1) {
  const seed = firstSeed + turn;
  const named = scenarios[Math.floor(turn / 3) % scenarios.length]?.name ?? 'steady';
  const scenario = turn % 3 === 2 ? named : 'random';
  const events = 100 + ((seed * 7919) % (eventsMax - 99));
  const startedMs = performance.now();
  const { code, told } = await run([
    scenario,
    '--chaos',
    '--statements',
    '--seed',
    `${seed}`,
    '--events',
    `${events}`,
  ]);
  const line = {
    ...{ scenario, seed, events, agrees: code === 0 },
    kills: numberIn(told, /Chaos: (\d+) kills/),
    cuts: numberIn(told, /(\d+) cut connections/),
    compared: numberIn(told, /checked: ([\d,]+) values agree/),
    seconds: Math.round((performance.now() - startedMs) / 1_000),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (code !== 0) process.stdout.write(`${told}\n`);
  sums.runs += 1;
  sums.events += events;
  sums.kills += line.kills;
  sums.cuts += line.cuts;
  sums.compared += line.compared;
  sums.failed += code === 0 ? 0 : 1;
}
process.stdout.write(`${JSON.stringify(sums)}\n`);
if (sums.failed > 0) process.exitCode = 1;
