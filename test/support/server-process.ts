/**
 * The built program as a child process, as an operator runs it: on a free port, on a given or a fresh data folder.
 * Whatever is started here is gone after the test, however that ended. It speaks no HTTP beyond the first /health.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

const executable = fileURLToPath(new URL('../../bin/countinghouse.cjs', import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Everything written so far. */
  output(): string;
  errors(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface ServerProcess extends Program {
  readonly url: string;
  readonly data: string;
  /** The log as it stands, one object a line. */
  log(): Record<string, unknown>[];
  /** Asks politely and waits for the end. */
  stop(): Promise<Exit>;
}

export interface ServerOptions {
  /** Default: a fresh folder, removed afterwards. */
  readonly data?: string;
  readonly args?: readonly string[];
}

/** For one test: ended when the test has finished. */
export async function startServer({ data, args = [] }: ServerOptions = {}): Promise<ServerProcess> {
  const folder = data ?? (await makeFolder());
  const program = runProgram(['serve', '--port', '0', '--data', folder, ...args]);
  return untilHealthy(program, folder);
}

/** For all tests of a file: started before the first, ended after the last. */
export function useServer(args: readonly string[] = []): () => ServerProcess {
  let folder = '';
  let server: ServerProcess | null = null;
  let program: Program | null = null;
  beforeAll(async () => {
    folder = await newFolder();
    program = spawnProgram(['serve', '--port', '0', '--data', folder, ...args]);
    server = await untilHealthy(program, folder);
  });
  afterAll(async () => {
    program?.kill('SIGKILL');
    await program?.exited;
    await removeFolder(folder);
  });
  return () => {
    if (server === null) throw new Error('the server runs only inside tests');
    return server;
  };
}

/** Any command of the executable; killed after the test, should it still run. */
export function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const program = spawnProgram(args, environment);
  onTestFinished(async () => {
    program.kill('SIGKILL');
    await program.exited;
  });
  return program;
}

/** A folder of its own under the system's temporary one, removed after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await newFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** What the running server left for commands on this machine. */
export async function readToken({ data }: ServerProcess): Promise<string> {
  const { token } = JSON.parse(await readFile(join(data, 'server.json'), 'utf8')) as { token: string };
  return token;
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countinghouse-test-'));
}

/** Tried again, because a killed process's last file may appear while the folder is being removed. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function spawnProgram(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, [executable, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      process.removeListener('exit', killWithUs);
      resolve({ code, signal });
    });
  });
  const [output, errors] = [gather(child.stdout), gather(child.stderr)];
  return { pid: child.pid ?? -1, exited, output, errors, kill: (signal) => void child.kill(signal) };
}

function gather(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

async function untilHealthy(program: Program, data: string): Promise<ServerProcess> {
  const log = () => logLines(program.output());
  const url = await untilListening(program, log);
  const health = await fetch(`${url}/health`);
  if (health.status !== 200) throw new Error(`/health answered ${health.status}`);
  await health.text();
  const stop = () => {
    program.kill('SIGTERM');
    return program.exited;
  };
  return { ...program, url, data, log, stop };
}

/** The log says where it listens; a program that ends instead says why. */
async function untilListening(program: Program, log: ServerProcess['log']): Promise<string> {
  let ended: Exit | null = null;
  void program.exited.then((exit) => {
    ended = exit;
  });
  for (;;) {
    const line = log().find(({ msg }) => msg === 'listening');
    if (typeof line?.url === 'string') return line.url;
    if (ended) throw new Error(`the server did not start (${JSON.stringify(ended)}): ${program.errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whole lines only: the last one may still be on its way. */
function logLines(output: string): Record<string, unknown>[] {
  const lines = output.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
