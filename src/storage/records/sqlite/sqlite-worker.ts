/**
 * The near end of the worker thread: sends it statements and settles their promises, in order.
 * It knows no tables and no transactions. When the thread dies, everything that waits is rejected.
 */
import { Worker } from 'node:worker_threads';
import type { SqliteAnswer, SqliteRefusal, SqliteRequest, SqliteRows } from './protocol.ts';

export interface SqliteWorker {
  run(sql: string, parameters: readonly unknown[]): Promise<SqliteRows>;
  /** Resolves when the thread has ended. What was sent before is still carried out. */
  close(): Promise<void>;
}

/** SQLite refused a statement, or its thread is gone. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  /** As SQLite names it (`SQLITE_CONSTRAINT_PRIMARYKEY`, `SQLITE_FULL`), or `worker_ended`. */
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (rows: SqliteRows) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a thread on a database file, which it makes when missing. */
export async function startSqliteWorker(file: string): Promise<SqliteWorker> {
  // Without the parent's flags: a loader or an inspector of the main thread is no business of this one.
  const thread = new Worker(new URL('./worker.js', import.meta.url), { workerData: { file }, execArgv: [] });
  const { opened, worker } = attachSqliteWorker(thread);
  try {
    await opened;
  } catch (error) {
    await worker.close();
    throw error;
  }
  return worker;
}

/** Wires a thread that was just started: `opened` settles when it has, or could not, open its file. */
export function attachSqliteWorker(thread: Worker): { opened: Promise<void>; worker: SqliteWorker } {
  const waiting = new Map<number, Waiting>();
  let lastRequest = 0;
  let ended: SqliteFailure | null = null;

  const wait = (request: number) =>
    new Promise<SqliteRows>((resolve, reject) => {
      waiting.set(request, { resolve, reject });
    });
  const end = (cause: unknown) => {
    ended ??= new SqliteFailure('the thread of the record store has ended', 'worker_ended', cause);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };

  const exited = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      end(new Error(`it exited with code ${code}`));
      resolve();
    });
  });
  thread.once('error', end);
  thread.on('message', (answer: SqliteAnswer) => {
    const waiter = waiting.get(answer.request);
    waiting.delete(answer.request);
    if (answer.ok) waiter?.resolve(answer);
    else waiter?.reject(failureOf(answer));
  });

  const run = async (sql: string, parameters: readonly unknown[]) => {
    if (ended !== null) throw ended;
    assertStorable(parameters);
    lastRequest += 1;
    const answer = wait(lastRequest);
    thread.postMessage({ request: lastRequest, sql, parameters } satisfies SqliteRequest);
    return answer;
  };
  const close = () => {
    thread.postMessage('close');
    return exited;
  };
  return { opened: wait(0).then(() => undefined), worker: { run, close } };
}

function failureOf(refusal: SqliteRefusal): SqliteFailure {
  const cause = new Error(refusal.message);
  cause.stack = refusal.stack;
  return new SqliteFailure(refusal.message, refusal.code, cause);
}

/**
 * The driver hands a text back only up to its first NUL, and a lone surrogate as U+FFFD: such a text would come
 * back as another one. The edge refuses them long before; this is the last line.
 */
function assertStorable(parameters: readonly unknown[]): void {
  for (const parameter of parameters) {
    if (typeof parameter === 'string' && /\0|\p{Surrogate}/u.test(parameter)) {
      throw new SqliteFailure('a text with NUL or a lone surrogate cannot be kept', 'text_unstorable', null);
    }
  }
}
