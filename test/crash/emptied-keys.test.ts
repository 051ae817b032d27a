/**
 * What a power cut was seen to do to the engine (power-cut.mjs): a part is whole, and the files of the projection in it,
 * which alone is asked whether an event was seen, are empty. Done here by hand, so that no root is needed.
 */
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder } from '../support/server-process.ts';
import { CrashingFolder } from './crash-round.mjs';
import { load } from './load.mjs';

const clean = { lost: [], double: [], wrong: [] };
const seed = 31;

/** Returns how many files it emptied. */
async function emptyKeys(data: string): Promise<number> {
  const entries = await readdir(join(data, 'usage'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.parentPath.endsWith('by_key.proj'));
  for (const { parentPath, name } of files) await truncate(join(parentPath, name), 0);
  return files.length;
}

test('with its projection emptied, the store still knows every event it has', async () => {
  const data = await makeFolder();
  const folder = new CrashingFolder(data, seed);
  const server = await folder.start();
  const ledger = folder.nextLedger('stored');
  await load(server.url, ledger, { batches: 20 });
  // All of it is in the store now, and the journal is not what answers below.
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(await emptyKeys(data)).toBeGreaterThan(0);

  const again = await folder.start();
  const events = [...ledger.sent.values()];
  const { body } = await apiOf(() => again.url).post('/v1/events', events);
  expect(body).toMatchObject({ accepted: 0, duplicates: events.length });
  await again.end();
  expect(await folder.audit()).toEqual(clean);
});
