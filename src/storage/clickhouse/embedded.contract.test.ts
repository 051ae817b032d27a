/** The usage store's contract on the engine inside this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { connectionContract } from './contract/connection.contract.ts';
import { keySlicesContract } from './contract/key-slices.contract.ts';
import { openEmbeddedConnection } from './embedded-connection.ts';
import { openEmbeddedUsageStore } from './open-embedded-usage-store.ts';
import { usageStoreContract } from './usage-store.contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'countinghouse-usage-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

usageStoreContract({ name: 'embedded', open: () => openEmbeddedUsageStore({ directory }) });
connectionContract('embedded', async () =>
  openEmbeddedConnection({ directory, querySessions: 2, waitingMax: 10 }),
);
keySlicesContract('embedded', async () =>
  openEmbeddedConnection({ directory, querySessions: 1, waitingMax: 10 }),
);
