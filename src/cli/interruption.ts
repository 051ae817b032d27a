/** Ctrl-C and its like, as a promise. It ends nothing itself: whoever waits for it closes what is open. */
export interface Interruption {
  /** Resolves when the process is asked to stop. */
  readonly asked: Promise<void>;
  /** Gives the signals back to their defaults. A second Ctrl-C has its default effect at once. */
  forget(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function waitForInterruption(): Interruption {
  let forget = () => {};
  const asked = new Promise<void>((resolve) => {
    const stop = () => {
      forget();
      resolve();
    };
    forget = () => {
      for (const signal of signals) process.removeListener(signal, stop);
    };
    for (const signal of signals) process.once(signal, stop);
  });
  return { asked, forget: () => forget() };
}
