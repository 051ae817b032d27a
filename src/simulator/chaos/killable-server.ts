/**
 * A server as a child process that is killed without warning and started again on the same data folder. It is the
 * simulator's own: no other process is touched. It ends with the simulator.
 */
import { type ChildProcess, spawn } from 'node:child_process';

export interface KillableServer {
  /** The port it listens on now; null while it is down. */
  port(): number | null;
  /** SIGKILL and a new start; resolves when it listens again. A second call while it is down waits for the same start. */
  restart(): Promise<void>;
  kills(): number;
  stop(): Promise<void>;
}

export interface ServerCommand {
  /** What is started, such as node with the executable and `serve`. */
  readonly command: string;
  readonly args: readonly string[];
}

export async function startKillableServer(command: ServerCommand): Promise<KillableServer> {
  let child: ChildProcess | null = null;
  let port: number | null = null;
  let restarting: Promise<void> | null = null;
  let kills = 0;

  async function start(): Promise<void> {
    child = spawn(command.command, command.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    port = await untilListening(child);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    port = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('close', resolve));
    ending.kill(signal);
    await gone;
  }

  const killWithUs = () => child?.kill('SIGKILL');
  process.once('exit', killWithUs);
  await start();
  return {
    port: () => port,
    kills: () => kills,
    restart() {
      restarting ??= (async () => {
        kills += 1;
        await end('SIGKILL');
        await start();
        restarting = null;
      })();
      return restarting;
    },
    async stop() {
      await restarting;
      await end('SIGTERM');
      process.removeListener('exit', killWithUs);
    },
  };
}

/** The log says where it listens; a program that ends instead says why. */
function untilListening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let [output, errors] = ['', ''];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // Once it listens, the rest of the log is let go.
      if (output === 'done') return;
      output += text;
      const port = /"msg":"listening"/.test(output)
        ? /"url":"http:\/\/[^"]*:(\d+)"/.exec(output)?.[1]
        : undefined;
      if (port === undefined) return;
      output = 'done';
      resolve(Number.parseInt(port, 10));
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the server did not start: ${errors.trim()}`)));
  });
}
