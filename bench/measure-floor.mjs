// @ts-check
/** The floor, once: as many blocks as the engine takes in about the time of one scenario. */
import { mkdir } from 'node:fs/promises';
import { converse } from './child-processes.mjs';
import { toMeasurement } from './measurement.mjs';
import { takeCensus } from './take-census.mjs';

const blockRows = 50_000;
const blocksPerSecond = 2;
const blocksMin = 4;

/**
 * @param {import('./measure-scenario.mjs').Bench} bench
 * @param {string} folder does not exist yet
 */
export async function measureFloor({ children, windowMs, seed }, folder) {
  await mkdir(folder);
  const blocks = Math.max(blocksMin, Math.ceil((windowMs / 1000) * blocksPerSecond));
  /** @type {import('./engine-floor.mjs').FloorResult | null} */
  let heard = null;
  const child = children.forkModule('engine-floor.mjs');
  const plan = { directory: folder, blocks, blockRows, seed };
  await converse(child, plan, (/** @type {typeof heard} */ result) => {
    heard = result;
  });
  const result = /** @type {import('./engine-floor.mjs').FloorResult | null} */ (heard);
  if (result === null) throw new Error('the floor ended without a result');
  const place = { folder, usageDirectory: folder, bytesBefore: 0, expectedEvents: result.events };
  const stored = await takeCensus(children, place);
  const measurement = toMeasurement({ ...result, generatorMicroseconds: null }, stored);
  return { measurement, engineVersion: stored.engineVersion };
}
