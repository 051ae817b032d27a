/**
 * Starts a real ClickHouse server on a free loopback port, in a process of its own with a folder of its own.
 * It is the engine npm chdb brings (clickhouse-server.py); it has no interserver port, so no replication.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface TestClickHouseServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const secondsMax = 600;
const startMsMax = 60_000;

/** Rejects, with what the engine said, when it does not answer in time. */
export async function startClickHouseServer(): Promise<TestClickHouseServer> {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-clickhouse-'));
  const port = await freePort();
  const script = fileURLToPath(new URL('./clickhouse-server.py', import.meta.url));
  const child = spawn('python3', [script, libraryPath(), directory, `${port}`, `${secondsMax}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const started = await Promise.race([
    untilAnswering(url),
    ended.then(
      () => false,
      () => false,
    ),
  ]);
  if (started && child.pid !== undefined) return { url, pid: child.pid, stop };
  await stop();
  throw new Error(`the ClickHouse server for tests did not start: ${said}`);
}

async function untilAnswering(url: string): Promise<boolean> {
  const deadline = AbortSignal.timeout(startMsMax);
  while (!deadline.aborted) {
    const answer = await fetch(`${url}/ping`, { signal: deadline }).catch(() => null);
    if (answer?.ok) return true;
    await pause(50);
  }
  return false;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Where the platform's package of chdb keeps the engine. */
function libraryPath(): string {
  const fromHere = createRequire(import.meta.url);
  const fromChdb = createRequire(fromHere.resolve('chdb'));
  const engine = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  return join(dirname(fromChdb.resolve(`${engine}/package.json`)), 'libchdb.so');
}
