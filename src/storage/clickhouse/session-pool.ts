/**
 * Shares sessions that run one statement at a time among callers, first come, first served, with a bounded
 * queue. It does not know what a session is and sets no time limits.
 */
import { Busy } from '../../errors.ts';

/** A queue of ordinary statements is shorter a moment later. */
const retryAfterSeconds = 1;

export interface SessionPool<Session> {
  /** Rejects with `Busy`, having started nothing, when the queue is full or the pool was closed. */
  run<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Refuses new work; resolves when what was taken on has ended. */
  close(): Promise<void>;
}

export function makeSessionPool<Session>(
  sessions: readonly Session[],
  waitingMax: number,
): SessionPool<Session> {
  const idle = [...sessions];
  const waiting: ((session: Session) => void)[] = [];
  let closed: (() => void) | null = null;
  let closing: Promise<void> | null = null;

  const release = (session: Session) => {
    const next = waiting.shift();
    if (next !== undefined) return next(session);
    idle.push(session);
    if (idle.length === sessions.length) closed?.();
  };

  const acquire = (): Session | Promise<Session> => {
    if (closing !== null) throw new Busy('the usage store is closed', retryAfterSeconds);
    const session = idle.pop();
    if (session !== undefined) return session;
    if (waiting.length >= waitingMax)
      throw new Busy(`${waitingMax} statements are waiting already`, retryAfterSeconds);
    return new Promise((resolve) => waiting.push(resolve));
  };

  const run = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const session = await acquire();
    try {
      return await work(session);
    } finally {
      release(session);
    }
  };

  const close = () => {
    closing ??= new Promise<void>((resolve) => {
      closed = resolve;
      if (idle.length === sessions.length) resolve();
    });
    return closing;
  };

  return { run, close };
}
