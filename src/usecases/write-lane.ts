/**
 * Record writes go one after another: each reads the version before it, and two that read the same one would make two
 * next ones. (Readers do not wait here.)
 */
export type WriteLane = <T>(write: () => Promise<T>) => Promise<T>;

export function makeWriteLane(): WriteLane {
  let tail: Promise<unknown> = Promise.resolve();
  return (write) => {
    const result = tail.then(write);
    tail = result.catch(() => {});
    return result;
  };
}
