// @ts-check
/**
 * Opens the usage store that a measurement left, in a process of its own (one process, one folder), merges it to what
 * it will be at rest, and counts: an independent second look at what was stored.
 */
import { drainPending, Session } from 'chdb';

/** @typedef {{ events: number, bytesAtRest: number, engineVersion: string }} Census */

/**
 * @param {string} directory
 * @returns {Promise<Census>}
 */
async function count(directory) {
  const session = new Session(directory);
  session.query('OPTIMIZE TABLE usage_events FINAL');
  const sql = `SELECT (SELECT count() FROM usage_events), sum(bytes_on_disk), version()
FROM system.parts WHERE active AND table = 'usage_events' SETTINGS output_format_json_quote_64bit_integers = 0`;
  const [events, bytesAtRest, engineVersion] = JSON.parse(session.query(sql, 'JSONCompactEachRow'));
  session.close();
  await drainPending();
  return { events, bytesAtRest, engineVersion };
}

process.once('disconnect', () => process.exit(1));
process.once('message', async (plan) => {
  const { directory } = /** @type {{ directory: string }} */ (plan);
  process.send?.(await count(directory), () => process.exit());
});
