// @ts-check
/**
 * The built server with a usage store that is wrong in one way, which the first argument names; the other arguments are
 * those of `serve`. The engine behind it is the real one. It shows what the oracle sees: nothing else can reach it.
 */
import { startServer } from '../../dist/compose.js';
import { readServerConfig } from '../../dist/config.js';
import { limits } from '../../dist/limits.js';
import { nodeJournalFiles } from '../../dist/storage/journal/journal-files.js';
import { decodeRows } from '../../dist/storage/usage-rows/decode-rows.js';
import { encodeRows } from '../../dist/storage/usage-rows/encode-rows.js';

/**
 * @typedef {import('../../src/storage/usage-store.ts').UsageStore} UsageStore
 * @typedef {ReturnType<typeof decodeRows>} Events
 */

const dayMs = 24 * 60 * 60_000;

/** @param {(events: Events) => Events} change @returns {(store: UsageStore) => UsageStore} */
const stores = (change) => (store) => ({
  ...store,
  append: (rows) => store.append([encodeRows(change(rows.flatMap((one) => decodeRows(one))))]),
});

/** @type {Record<string, (store: UsageStore) => UsageStore>} */
const breakages = {
  'counts one twice': stores((events) => [...events, ...events.slice(0, 1)]),
  'forgets one': stores((events) => (events.length > 1 ? events.slice(1) : events)),
  'rounds each event': stores((events) =>
    events.map((event) => ({ ...event, quantity: event.quantity.replace(/\.\d*$/, '') })),
  ),
  'counts late events on arrival': stores((events) =>
    events.map((event) => {
      const isLate = event.receivedAtMs - event.timeMs > 20 * dayMs;
      return isLate ? { ...event, timeMs: event.receivedAtMs - dayMs } : event;
    }),
  ),
  'has its days in UTC': (store) => ({
    ...store,
    aggregate: (query) => {
      const starts = query.windows?.starts.map((ms) => Math.floor(ms / dayMs) * dayMs);
      return store.aggregate(
        starts && query.windows ? { ...query, windows: { ...query.windows, starts } } : query,
      );
    },
  }),
  'has never seen anything': (store) => ({ ...store, findSeen: async () => [] }),
};

const wrapUsageStore = breakages[process.argv[2] ?? ''];
if (wrapUsageStore === undefined) throw new Error(`one of: ${Object.keys(breakages).join(', ')}`);
const config = readServerConfig(process.argv.slice(3));
if (config === 'help') throw new Error('this server has no help');
await startServer(config, { journalFiles: nodeJournalFiles, limits, wrapUsageStore });
