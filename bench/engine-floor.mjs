// @ts-check
/**
 * The floor: how fast the engine alone takes the same events, in a process of its own. Same columns, same durability
 * settings, large blocks; no HTTP, no validation, no duplicate check, no projection to find duplicates with. No server
 * over this engine can be faster, so the ratio to it says what ours costs.
 */
import { performance } from 'node:perf_hooks';
import { drainPending, Session } from 'chdb';
import { insertSettings } from '../dist/storage/clickhouse/request-settings.js';
import { createTable, insertedColumns } from '../dist/storage/clickhouse/schema.js';
import { makeFloorBlocks } from './floor-blocks.mjs';
import { percentile } from './load-window.mjs';
import { readProcessUsage } from './process-usage.mjs';

/** @typedef {import('./floor-blocks.mjs').FloorSize & { directory: string }} FloorPlan */
/**
 * @typedef {object} FloorResult
 * @property {number} windowMs
 * @property {number} events
 * @property {number} requests blocks
 * @property {number} p50Ms of one block
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {number | null} cpuMicroseconds
 * @property {number | null} residentBytes includes the blocks that were made beforehand
 */

const table = 'usage_events';

/**
 * @param {FloorPlan} plan
 * @returns {Promise<FloorResult>}
 */
async function measure(plan) {
  const blocks = makeFloorBlocks(plan);
  const session = new Session(plan.directory);
  session.query(createTable({ table, withKeyProjection: false }));
  const before = await readProcessUsage(process.pid);
  const startedAt = performance.now();
  const latenciesMs = [];
  for (const values of blocks) {
    const blockStartedAt = performance.now();
    await session.insert({
      table,
      columns: insertedColumns,
      values,
      format: 'TSV',
      settings: insertSettings,
    });
    latenciesMs.push(performance.now() - blockStartedAt);
  }
  const windowMs = performance.now() - startedAt;
  const after = await readProcessUsage(process.pid);
  session.close();
  await drainPending();
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    windowMs,
    events: blocks.length * plan.blockRows,
    requests: blocks.length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    maxMs: percentile(sorted, 1),
    cpuMicroseconds: before && after && after.cpuMicroseconds - before.cpuMicroseconds,
    residentBytes: after?.residentBytes ?? null,
  };
}

process.once('disconnect', () => process.exit(1));
process.once('message', async (plan) => {
  process.send?.(await measure(/** @type {FloorPlan} */ (plan)), () => process.exit());
});
