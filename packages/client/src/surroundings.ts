/**
 * What the client takes from the world besides HTTP: the clock, randomness and waiting. Passed in, so that a
 * test decides them; it knows nothing of requests.
 */
export interface Surroundings {
  nowMs(): number;
  /** 0 inclusive to 1 exclusive. */
  random(): number;
  /** Fills with random bytes that nobody can foretell: they make ids. */
  fillRandom(bytes: Uint8Array): void;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. Keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The same, but it does not keep the process alive. */
  rest(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  fillRandom: (bytes) => {
    globalThis.crypto.getRandomValues(bytes);
  },
  sleep: (ms, signal) => pause(ms, signal, false),
  rest: (ms, signal) => pause(ms, signal, true),
};

/** A timer that is given more than this fires at once. */
const timerMaxMs = 2 ** 31 - 1;

function pause(ms: number, signal: AbortSignal | undefined, unheld: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(ms, timerMaxMs));
    if (unheld) letProcessEnd(timer);
    signal?.addEventListener('abort', wake);
  });
}

/** Outside Node a timer is a number, and keeps nothing alive. */
export function letProcessEnd(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}

/** Resolves when `work` does or `timeoutMs` has passed, whichever is first; leaves no timer behind. */
export async function within(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const done = new AbortController();
  const finished = work.then(
    () => done.abort(),
    () => done.abort(),
  );
  await Promise.race([finished, systemSurroundings.sleep(timeoutMs, done.signal)]);
}
