// @ts-check
/**
 * The usage store, with points to die at and with errors on demand. The engine behind it is the real one. `neverSeen`
 * removes the guard against doubles: only a negative control runs with it.
 */
import { decodeRows, halveRows } from '../../dist/storage/usage-rows/decode-rows.js';
import { encodeRows } from '../../dist/storage/usage-rows/encode-rows.js';
import { BlockRefused } from '../../dist/storage/usage-store.js';

/**
 * @typedef {import('../../src/storage/usage-store.ts').UsageStore} UsageStore
 * @typedef {import('./crash-points.mjs').Passage} Passage
 *
 * @typedef {object} StoreFaults
 * @property {'before' | 'half' | 'after'} [appendFails] and what of the block is stored all the same
 * @property {boolean} [lookUpFails]
 * @property {boolean} [fillWaits] the filter gets no hashes
 */

const broken = () => new Error('the usage store fails: made by the test');

/** @param {UsageStore} store @param {() => StoreFaults} faults asked at every call @returns {UsageStore} */
export function withFaults(store, faults) {
  return {
    ...store,
    async append(rows) {
      const { appendFails } = faults();
      if (appendFails === undefined) return store.append(rows);
      if (appendFails === 'half') await store.append(firstMonth(rows));
      if (appendFails === 'after') await store.append(rows);
      throw broken();
    },
    async findSeen(identities) {
      if (faults().lookUpFails) throw broken();
      return store.findSeen(identities);
    },
    async scanKeyHashes(secret, onHashes, signal) {
      if (faults().fillWaits) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return store.scanKeyHashes(secret, onHashes, signal);
    },
  };
}

/** @param {UsageStore} store @param {Passage} passage @returns {UsageStore} */
export function withPoints(store, passage) {
  let isRefused = false;
  return {
    ...store,
    async append(rows) {
      passage.pass('store-before-append');
      // A block that is refused for its content comes back in halves: the first is stored, the second never comes.
      if (isRefused) {
        await store.append(rows);
        passage.pass('store-between-halves');
      } else if (passage.isNext('store-between-halves') && halveRows(rows) !== null) {
        isRefused = true;
        throw new BlockRefused('refused: made by the test');
      }
      if (passage.isNext('store-between-months')) await store.append(firstMonth(rows));
      passage.pass('store-between-months');
      await store.append(rows);
      if (!passage.isNext('store-between-halves')) passage.pass('store-between-halves');
      passage.pass('store-after-append');
    },
    async findSeen(identities) {
      passage.pass('store-before-look-up');
      return store.findSeen(identities);
    },
    scanKeyHashes: (secret, onHashes, signal) =>
      store.scanKeyHashes(
        secret,
        async (hashes) => {
          passage.pass('filter-before-hashes');
          await onHashes(hashes);
          passage.pass('filter-after-hashes');
        },
        signal,
      ),
  };
}

/** An insert is atomic a month only: this is what a process that dies in the middle of one can leave. */
function firstMonth(/** @type {readonly Buffer[]} */ rows) {
  const events = rows.flatMap((one) => decodeRows(one));
  const monthOf = (/** @type {{ timeMs: number }} */ { timeMs }) =>
    new Date(timeMs).toISOString().slice(0, 7);
  const month = events[0] && monthOf(events[0]);
  return [encodeRows(events.filter((event) => monthOf(event) === month))];
}

/** @param {UsageStore} store @returns {UsageStore} */
export function neverSeen(store) {
  return { ...store, findSeen: async () => [] };
}
