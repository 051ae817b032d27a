// @ts-check
/**
 * Judges the packed client with the tools that judge packages, and type-checks a program that uses it with old and new
 * compilers and every module resolution. Outside `npm test`: it downloads the tools, in the versions named here.
 *
 *   npm run build && node scripts/package.mjs
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install, run, withPackedClient } from './packed-client.mjs';

const tools = [
  '@arethetypeswrong/cli@0.18.5',
  'publint@0.3.25',
  'typescript-5.2@npm:typescript@5.2.2',
  'typescript-5.9@npm:typescript@5.9.3',
  'typescript-7.0@npm:typescript@7.0.2',
];

/** What must compile, and what must not. No types of Node are there: the client's own stand alone. */
const program = `
import { BillingClient, BillingError, type DeadLetter, type Statement, type UsageEvent } from '@countinghouse/client';
import { validateEvent } from '@countinghouse/client/wire';
const event: UsageEvent = { customer_id: 'a', service: 's', quantity: '1' };
const letters: DeadLetter[] = [];
export async function use(): Promise<unknown> {
  await using client = new BillingClient({
    spool: { directory: '/tmp', fsync: 'always' },
    onDeadLetter: (letter) => letters.push(letter),
  });
  const status: 'accepted' | 'duplicate' | 'queued' = (await client.recordUsage(event)).status;
  for await (const { quantity } of client.getEvents()) quantity.length;
  const cost: string | undefined = (await client.getCosts()).rows[0]?.cost;
  const statement: Statement = await client.getStatement('a:2026-10');
  const verdict = validateEvent(event, { defaultSource: 'x' });
  // @ts-expect-error an unknown option
  new BillingClient({ spol: {} });
  // @ts-expect-error a customer is required
  void client.recordUsage({ service: 's' });
  // @ts-expect-error quantities are text, or numbers
  void client.recordUsage({ ...event, quantity: true });
  return [status, cost, statement.hash, verdict.ok, new BillingError('x', { code: 'y' }).requestId];
}
`;

/** Compilers before 5.8 do not know that Node can `require` a module; 7.0 has no node10 any more. */
const all = ['5.2', '5.9', '7.0'];
const resolutions = [
  { module: 'nodenext', resolution: 'nodenext', file: 'user.mts', compilers: all },
  { module: 'nodenext', resolution: 'nodenext', file: 'user.cts', compilers: ['5.9', '7.0'] },
  { module: 'node16', resolution: 'node16', file: 'user.mts', compilers: all },
  { module: 'esnext', resolution: 'bundler', file: 'user.ts', compilers: all },
  { module: 'commonjs', resolution: 'node10', file: 'user.ts', compilers: ['5.2', '5.9'] },
];

/**
 * @param {string} name
 * @param {string} cwd
 * @param {readonly string[]} args of Node
 */
async function check(name, cwd, args) {
  const told = await run(process.execPath, [...args], { cwd }).then(
    () => null,
    (error) => `${error.stdout}${error.stderr}`,
  );
  if (told !== null) process.exitCode = 1;
  console.log(told === null ? `ok     ${name}` : `FAILED ${name}\n${told}`);
}

await withPackedClient(async (project, tarball) => {
  const folder = join(project, 'tools');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await install(folder, tools);
  const tool = (/** @type {string} */ path) => join(folder, 'node_modules', path);
  // An ES module that CommonJS requires is meant: every Node that the package names can do it.
  const meant = ['--ignore-rules', 'cjs-resolves-to-esm'];
  await check('attw', folder, [tool('@arethetypeswrong/cli/dist/index.js'), tarball, ...meant, '--no-color']);
  await check('publint', folder, [tool('publint/src/cli.js'), tarball, '--strict']);
  for (const file of new Set(resolutions.map((one) => one.file))) {
    await writeFile(join(project, file), program);
  }
  for (const { module, resolution, file, compilers } of resolutions) {
    for (const compiler of compilers) {
      const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
      const lib = ['--lib', 'es2022,dom,esnext.disposable'];
      const how = ['--module', module, '--moduleResolution', resolution];
      const tsc = tool(`typescript-${compiler}/bin/tsc`);
      await check(`TypeScript ${compiler}, ${resolution}, ${file}`, project, [
        ...[tsc, ...options, ...lib, ...how, file],
      ]);
    }
  }
});
