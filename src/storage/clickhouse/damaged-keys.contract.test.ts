/** Bytes that turned in a projection's files: look-ups fail, nothing is taken for new, and the store mends itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { storeUnderTest } from './contract/store-under-test.contract.ts';
import { openEmbeddedUsageStore } from './open-embedded-usage-store.ts';
import { StoredDataDamaged } from './query-errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'countinghouse-damaged-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Every file of the projection keeps its size. Returns how many bytes were turned. */
async function turnBytes(): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    ({ name, parentPath }) => name.endsWith('.bin') && parentPath.endsWith('by_key.proj'),
  );
  let turned = 0;
  for (const { parentPath, name } of files) {
    const file = await open(join(parentPath, name), 'r+');
    const bytes = await file.readFile();
    for (let at = 100; at < bytes.length; at += 1000) {
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      turned += 1;
    }
    await file.write(bytes, 0, bytes.length, 0);
    await file.close();
  }
  return turned;
}

test('a projection with wrong bytes is an error at first and is built again from the table', async () => {
  const first = storeUnderTest(await openEmbeddedUsageStore({ directory }));
  const stored = Array.from({ length: 2000 }, (_, n) => first.event({ id: `turned ${n}` }));
  await first.append(...stored);
  await first.store.close();
  expect(await turnBytes()).toBeGreaterThan(0);

  const store = await openEmbeddedUsageStore({ directory });
  await expect(store.findSeen(stored)).rejects.toThrow(StoredDataDamaged);
  const seen = await vi.waitFor(() => store.findSeen(stored), 20_000);
  // The first answer is a whole one: in between nothing may look new.
  expect(seen).toHaveLength(stored.length);
  expect(await store.findEvent(stored[7]!)).toEqual(stored[7]);
  await store.close();
});
