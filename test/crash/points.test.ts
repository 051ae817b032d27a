/**
 * The server dies at each named point between request and disk, one after another on one folder, and while it replays:
 * what was acknowledged is there once, what was not is safe to retry, totals stay exact, and sequences never come again.
 * One round a point: a start takes most of it.
 */
import { expect, test } from 'vitest';
import { makeFolder } from '../support/server-process.ts';
import { makeChance } from './chance.mjs';
import { fillPoints, loadPoints, passingMaxOf, replayPoints } from './crash-points.mjs';
import { CrashingFolder } from './crash-round.mjs';

const seed = 20_261_124;
const clean = { lost: [], double: [], wrong: [] };

test(`killed at every point under load (seed ${seed}), every event counts once`, async () => {
  const chance = makeChance(seed);
  const folder = new CrashingFolder(await makeFolder(), seed);
  for (const point of loadPoints) {
    await folder.crash({ death: { point, passing: 1 + chance.below(passingMaxOf(point)) } });
  }
  for (const point of fillPoints) await folder.crash({ death: { point, passing: 1, starting: true } });
  // Every look-up is exact all the while.
  const death = { point: 'journal-after-sync', passing: 8 } as const;
  await folder.crash({ death, phases: [{ fillWaits: true }] });
  for (const { source, acknowledged } of folder.ledgers.slice(0, loadPoints.length)) {
    expect(acknowledged.size, source).toBeGreaterThan(0);
  }
  expect(await folder.audit()).toEqual(clean);
});

test(`killed at every point of a replay, one after another (seed ${seed}), every event counts once`, async () => {
  const folder = new CrashingFolder(await makeFolder(), seed);
  await folder.fillJournal();
  expect(folder.ledgers[0]?.acknowledged.size).toBeGreaterThan(300);
  for (const point of replayPoints) await folder.crashReplaying(point, 1);
  // Of a later block, so that the replay gets further each time.
  await folder.crashReplaying('store-between-months', 2);
  expect(await folder.audit()).toEqual(clean);
});
