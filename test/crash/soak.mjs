// @ts-check
/**
 * The crash tests for as long as you like: `npm run soak -- --rounds N --seed S`. A round goes through every point under
 * load and of a replay, and through kills at random moments, each on a fresh folder. One JSON line a set; the exit code
 * is 1 when anything was lost, doubled or wrong.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeChance } from './chance.mjs';
import { fillPoints, loadPoints, passingMaxOf, replayPoints } from './crash-points.mjs';
import { CrashingFolder } from './crash-round.mjs';
import { load } from './load.mjs';

/**
 * @typedef {import('./chance.mjs').Chance} Chance
 * @typedef {(folder: CrashingFolder, chance: Chance) => Promise<number>} Set how often it died
 */

const killsOfRound = 10;

/** @type {Record<string, Set>} */
const sets = {
  async 'points under load'(folder, chance) {
    for (const point of loadPoints) {
      await folder.crash({ death: { point, passing: 1 + chance.below(passingMaxOf(point)) } });
    }
    for (const point of fillPoints) await folder.crash({ death: { point, passing: 1, starting: true } });
    return loadPoints.length + fillPoints.length;
  },
  async 'points of a replay'(folder) {
    await folder.fillJournal();
    for (const point of replayPoints) await folder.crashReplaying(point, 1);
    return 1 + replayPoints.length;
  },
  async 'kills at random'(folder, chance) {
    for (let kill = 0; kill < killsOfRound; kill += 1) {
      const server = await folder.start();
      // The moment is the case that is tried; nothing is waited for.
      const killed = delay(20 + chance.below(480)).then(() => server.end());
      await load(server.url, folder.nextLedger('kill'), { batches: Number.POSITIVE_INFINITY });
      await killed;
    }
    return killsOfRound;
  },
};

/** @param {string} name @param {Set} set @param {number} seed @returns {Promise<boolean>} whether all is well */
async function runSet(name, set, seed) {
  const data = await mkdtemp(join(tmpdir(), 'countinghouse-soak-'));
  try {
    const folder = new CrashingFolder(data, seed);
    const tried = await set(folder, makeChance(seed));
    const { lost, double, wrong } = await folder.audit();
    const isWell = lost.length + double.length + wrong.length === 0;
    const acknowledged = folder.ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0);
    const counts = { lost: lost.length, double: double.length, wrong: wrong.slice(0, 5), acknowledged, seed };
    process.stdout.write(
      `${JSON.stringify({ test: name, tried, survived: isWell ? tried : 0, ...counts })}\n`,
    );
    return isWell;
  } finally {
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

const options = /** @type {const} */ ({ rounds: { type: 'string' }, seed: { type: 'string' } });
const { values } = parseArgs({ options });
const rounds = Number.parseInt(values.rounds ?? '10', 10);
const firstSeed = Number.parseInt(values.seed ?? '1', 10);
if (!(rounds > 0) || !(firstSeed >= 0)) throw new Error('--rounds and --seed are whole numbers');
for (let round = 0; round < rounds; round += 1) {
  for (const [name, set] of Object.entries(sets)) {
    if (!(await runSet(name, set, firstSeed + round))) process.exitCode = 1;
  }
}
