// @ts-check
/**
 * The built server with parts that die, fail or lack a guard where the first argument says so (JSON); the other
 * arguments are those of `serve`. Faults are reachable only through this file. SIGUSR2 begins the next phase.
 */
import { startServer } from '../../dist/compose.js';
import { readServerConfig } from '../../dist/config.js';
import { limits } from '../../dist/limits.js';
import * as layout from '../../dist/storage/journal/frame.js';
import { nodeJournalFiles } from '../../dist/storage/journal/journal-files.js';
import { makePassage } from './crash-points.mjs';
import * as journal from './faulty-journal-files.mjs';
import * as store from './faulty-usage-store.mjs';

/**
 * @typedef {journal.JournalFaults & store.StoreFaults} Phase
 * @typedef {object} Faults
 * @property {import('./crash-points.mjs').Death} [death]
 * @property {Phase[]} [phases]
 * @property {Partial<Record<keyof typeof limits, number>>} [limits]
 * @property {('sync' | 'checksums' | 'look-up')[]} [without] guards that are removed
 * @property {string} [medium] where what is synced is kept, as on a disk after a power cut
 */

/** @type {Faults} */
const faults = JSON.parse(process.argv[2] ?? '{}');
const guards = new Set(faults.without);
const phases = faults.phases ?? [{}];
const passage = makePassage(faults.death);
let at = 0;
const phase = () => phases[at] ?? {};
process.on('SIGUSR2', () => {
  at += 1;
  process.stdout.write(`${JSON.stringify({ msg: 'phase', at })}\n`);
});

/** From the disk outwards. */
function journalFiles() {
  let files = nodeJournalFiles;
  if (faults.medium !== undefined) files = journal.withMedium(files, faults.medium);
  files = journal.withPoints(journal.withFaults(files, phase), passage);
  if (guards.has('checksums')) files = journal.withoutChecksums(files, layout);
  return guards.has('sync') ? journal.withoutSync(files) : files;
}

const config = readServerConfig(process.argv.slice(3));
if (config === 'help') throw new Error('this server has no help');
const server = await startServer(config, {
  journalFiles: journalFiles(),
  limits: /** @type {typeof limits} */ ({ ...limits, ...faults.limits }),
  wrapUsageStore(engine) {
    const pointed = store.withPoints(store.withFaults(engine, phase), passage);
    return guards.has('look-up') ? store.neverSeen(pointed) : pointed;
  },
});
passage.listening();
process.once('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
