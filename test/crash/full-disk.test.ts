/**
 * A real file system that is really full. Where none can be mounted, the seam in faults.test.ts tries the same without the
 * engine's own share of the trouble.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { audit } from './audit.mjs';
import { CrashingFolder } from './crash-round.mjs';
import { load } from './load.mjs';

const clean = { lost: [], double: [], wrong: [] };
const mebibyte = 1024 * 1024;
const diskBytes = 96 * mebibyte;
const seed = 77;

test('on a full file system nothing is damaged, and events are taken again when there is room', async (context) => {
  const mounted = await mountSmallDisk(context, diskBytes);
  const folder = new CrashingFolder(join(mounted, 'data'), seed);
  const server = await folder.start();
  const ledger = folder.nextLedger('full');
  const api = apiOf(() => server.url);
  expect((await load(server.url, ledger, { batches: 20 })).refused).toBe(0);
  const ballast = await fillDisk(mounted);
  // The journal has room allocated ahead, which has to be used up first.
  const filling = await load(server.url, ledger, { batches: 400 });
  expect(filling.isGone).toBe(false);
  expect(filling.refused).toBeGreaterThan(0);
  expect((await api.get('/readyz')).status).toBe(503);
  expect((await api.get('/v1/customers')).status).toBe(200);
  await rm(ballast);
  await expect.poll(async () => (await load(server.url, ledger, { batches: 1 })).answered).toBe(1);
  await expect.poll(async () => (await api.get('/readyz')).status, { timeout: 30_000 }).toBe(200);
  expect(await audit(server.url, folder.ledgers)).toEqual(clean);
  await server.end();
  expect(await folder.audit()).toEqual(clean);
});
