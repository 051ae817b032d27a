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
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {{ name: string, title: string, span: import('./event-span.mjs').Span }} floor
 * @param {string} folder does not exist yet
 * @returns {Promise<import('./measurement.mjs').Taken>}
 */
export async function measureFloor({ children, windowMs, seed }, { name, title, span }, folder) {
  await mkdir(folder);
  const blocks = Math.max(blocksMin, Math.ceil((windowMs / 1000) * blocksPerSecond));
  /** @type {import('./engine-floor.mjs').FloorResult | null} */
  let heard = null;
  const child = children.forkModule('engine-floor.mjs');
  const plan = { directory: folder, blocks, blockRows, seed, span };
  await converse(child, plan, (/** @type {typeof heard} */ result) => {
    heard = result;
  });
  const result = /** @type {import('./engine-floor.mjs').FloorResult | null} */ (heard);
  if (result === null) throw new Error('the floor ended without a result');
  const place = { folder, usageDirectory: folder, bytesBefore: 0, expectedEvents: result.events };
  const stored = await takeCensus(children, place);
  const measurement = toMeasurement({ ...result, generatorMicroseconds: null }, { disk: stored });
  return { rows: [{ name, title, measurement }], figures: [], engineVersion: stored.engineVersion };
}
