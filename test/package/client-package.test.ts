import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('../../packages/client', import.meta.url));
let project: string;
let files: string[];

/** The packed package, installed into an empty project as a user would, without the network. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'countinghouse-package-'));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: packageFolder });
  const [tarball] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  if (!tarball) throw new Error('npm pack made nothing');
  files = tarball.files.map(({ path }) => path);
  await writeFile(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', `./${tarball.filename}`], { cwd: project });
});

afterAll(() => rm(project, { recursive: true, force: true }));

it('the packed client works in an empty project, from both of its entries', async () => {
  await writeFile(
    join(project, 'user.mjs'),
    `import { BillingClient, BillingError } from '@countinghouse/client';
     import { validateEvent } from '@countinghouse/client/wire';
     const client = new BillingClient({ baseUrl: 'http://127.0.0.1:1' });
     await client.close();
     const verdict = validateEvent({ id: '1', customer_id: 'a', service: 's' }, { defaultSource: 'd' });
     console.log(JSON.stringify([typeof BillingError, verdict.ok, client.stats().recorded]));`,
  );
  const { stdout } = await run(process.execPath, ['user.mjs'], { cwd: project });
  expect(JSON.parse(stdout)).toEqual(['function', true, 0]);
});

it('it carries what users need and nothing else', () => {
  expect(files).toContain('README.md');
  expect(
    files.filter((path) => !/^(README\.md|package\.json|dist\/.+\.(js|d\.ts)(\.map)?)$/.test(path)),
  ).toEqual([]);
  expect(files.filter((path) => /test/.test(path))).toEqual([]);
});

it('its package.json means the same to every tool', async () => {
  const { messages, pkg } = await publint({ pkgDir: packageFolder, level: 'warning' });
  expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
});
