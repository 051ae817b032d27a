import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Sources, not builds, are what unit and contract tests read; only `system` tests run the built program. */
const alias = {
  '@countinghouse/client/wire': fileURLToPath(
    new URL('./packages/client/src/wire/index.ts', import.meta.url),
  ),
  '@countinghouse/client': fileURLToPath(new URL('./packages/client/src/node.ts', import.meta.url)),
};

/** Native engines hold one data folder per process, so every file gets a process of its own: forks, never threads. */
const project = (name: string, include: string[], exclude: string[], testTimeout: number) => ({
  resolve: { alias },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    pool: 'forks' as const,
    testTimeout,
    hookTimeout: 60_000,
  },
});

const contract = '**/*.contract.test.ts';

export default defineConfig({
  test: {
    // Much of a system test is waiting for the program that it started: two at once, also on two cores.
    maxWorkers: 2,
    projects: [
      project('unit', ['src/**/*.test.ts', 'packages/**/*.test.ts', 'test/tidy.test.ts'], [contract], 20_000),
      project('contract', ['src/**/*.contract.test.ts'], [], 60_000),
      project('system', ['test/**/*.test.ts'], ['test/tidy.test.ts'], 180_000),
    ],
  },
});
