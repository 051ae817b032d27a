import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

const useSpool = `
  const client = new BillingClient({ baseUrl: 'http://127.0.0.1:1', spool: { directory: process.argv[2] } });
  client.recordUsage({ customer_id: 'a', service: 's' }).then(({ status }) => console.log(status));
`;

it.each([
  ['import', 'spooled.mjs', `import { BillingClient } from '@countinghouse/client';${useSpool}`],
  ['require', 'spooled.cjs', `const { BillingClient } = require('@countinghouse/client');${useSpool}`],
])('on Node %s brings the spool, and its background work keeps no process alive', async (_, name, text) => {
  await writeFile(join(project, name), text);
  const spool = join(project, `spool-of-${name}`);
  await mkdir(spool);
  // The client is not closed and the server is not there: the process ends by itself all the same.
  const { stdout } = await run(process.execPath, [name, spool], { cwd: project, timeout: 30_000 });
  expect(stdout).toBe('queued\n');
  expect((await readdir(spool)).length).toBe(1);
});

it('elsewhere nothing of Node is loaded: the portable entry imports only itself', async () => {
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = await readFile(join(packageFolder, 'dist', path), 'utf8');
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      expect(target).toMatch(/^\.\.?\//);
      await visit(join(dirname(path), target));
    }
  };
  await visit('index.js');
  expect(seen.size).toBeGreaterThan(15);
  expect([...seen].filter((path) => path.startsWith('spool'))).toEqual([]);
  const asBrowser = `import { BillingClient } from '@countinghouse/client';
    try { new BillingClient({ baseUrl: 'http://x', spool: { directory: '.' } }); } catch (error) { console.log(error.code); }`;
  await writeFile(join(project, 'browser.mjs'), asBrowser);
  const { stdout } = await run(process.execPath, ['--conditions=browser', 'browser.mjs'], { cwd: project });
  expect(stdout).toBe('spool_unusable\n');
});

it.each(['nodenext', 'bundler'])('its types hold with module resolution %s', async (resolution) => {
  const folder = join(project, `types-${resolution}`);
  await mkdir(folder);
  await writeFile(
    join(folder, 'user.ts'),
    `import { BillingClient, BillingError, type DeadLetter, type UsageEvent } from '@countinghouse/client';
     import { validateEvent } from '@countinghouse/client/wire';
     const event: UsageEvent = { customer_id: 'a', service: 's', quantity: '1' };
     const letters: DeadLetter[] = [];
     const client = new BillingClient({
       spool: { directory: '/tmp', fsync: 'always' },
       onDeadLetter: (letter) => letters.push(letter),
     });
     const status: 'accepted' | 'duplicate' | 'queued' = (await client.recordUsage(event)).status;
     for await (const { quantity } of client.getEvents()) quantity.length;
     const cost: string | undefined = (await client.getCosts()).rows[0]?.cost;
     validateEvent(event, { defaultSource: 'x' });
     export const answer = [status, cost, new BillingError('x', { code: 'y' }).requestId];
     // @ts-expect-error an unknown option
     new BillingClient({ spol: {} });`,
  );
  const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
  const options = {
    module,
    moduleResolution: resolution,
    target: 'es2022',
    lib: ['es2023', 'dom', 'esnext.disposable'],
  };
  const compilerOptions = { ...options, strict: true, noEmit: true, types: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  const told = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  expect(told.stdout).toBe('');
});

it('it carries what users need and nothing else', () => {
  expect(files).toContain('README.md');
  expect(files).toContain('api.md');
  expect(
    files.filter((path) => !/^(README\.md|api\.md|package\.json|dist\/.+\.(js|d\.ts)(\.map)?)$/.test(path)),
  ).toEqual([]);
  expect(files.filter((path) => /test/.test(path))).toEqual([]);
});

it('its package.json means the same to every tool', async () => {
  const { messages, pkg } = await publint({ pkgDir: packageFolder, level: 'warning' });
  expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
});
