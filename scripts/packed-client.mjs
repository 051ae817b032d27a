// @ts-check
/** The client as its users get it: packed, and installed into an empty project of its own, which is removed afterwards. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);

const packageFolder = fileURLToPath(new URL('../packages/client', import.meta.url));

/**
 * Calls `use` with the project's folder and the path of the packed file in it; the client is installed there.
 * @param {(project: string, tarball: string) => Promise<void>} use
 */
export async function withPackedClient(use) {
  const project = await mkdtemp(join(tmpdir(), 'countinghouse-package-'));
  try {
    const packed = await run('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: packageFolder,
    });
    const [{ filename }] = JSON.parse(packed.stdout);
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    await run('npm', ['install', '--offline', '--no-audit', `./${filename}`], { cwd: project });
    await use(project, join(project, filename));
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/**
 * From the registry, which runs nothing of what it brings.
 * @param {string} folder
 * @param {readonly string[]} specs with their versions
 */
export async function install(folder, specs) {
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...specs], { cwd: folder });
}
