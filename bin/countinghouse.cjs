#!/usr/bin/env node
// The executable, and the server process itself. It is CommonJS so that this line runs before anything starts Node's
// thread pool: the engine's queries occupy its threads, and with the default four an fsync waits for them (measured
// beside four running queries: 1.9 s with 4 threads, 1.6 ms with 16). An ES module's imports would run first.
process.env.UV_THREADPOOL_SIZE ??= '16';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('../package.json');

const built = join(__dirname, '../dist/cli/main.js');
if (!existsSync(built)) {
  process.stderr.write('countinghouse is not built yet: run `npm run build` first\n');
  process.exit(1);
}

async function run() {
  const { main } = await import(built);
  process.exitCode = await main(process.argv.slice(2), version);
}

void run();
