/** Work that shares a key goes one after another, in the order of asking; other work goes beside it. */
export type KeyedLane = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

export function makeKeyedLane(): KeyedLane {
  const tails = new Map<string, Promise<void>>();
  return (keys, work) => {
    // All keys are taken in one turn, so two that wait for each other cannot come about.
    const result = Promise.all(keys.map((key) => tails.get(key))).then(work);
    const ended = result.then(
      () => {},
      () => {},
    );
    for (const key of keys) tails.set(key, ended);
    void ended.then(() => {
      for (const key of keys) if (tails.get(key) === ended) tails.delete(key);
    });
    return result;
  };
}
