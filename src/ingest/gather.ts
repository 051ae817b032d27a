/**
 * Work that is cheaper together: while one run is under way, whatever arrives gathers for the next. At rest a run starts
 * at the end of the current turn of the event loop, so that callers of one turn share it. It keeps the order of arrival and knows nothing of what the work is.
 */
export interface GatheredWork<In, Out> {
  /** How much of a run an input takes. */
  readonly weigh: (input: In) => number;
  /** A run takes inputs up to this weight, and always at least one. */
  readonly weightMax: number;
  /** One run; every caller in it gets its result, or its error. */
  readonly run: (inputs: readonly In[]) => Promise<Out>;
}

interface Waiting<In, Out> {
  readonly input: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
}

export function gather<In, Out>(work: GatheredWork<In, Out>): (input: In) => Promise<Out> {
  let waiting: Waiting<In, Out>[] = [];
  let running = false;

  async function runAll(): Promise<void> {
    running = true;
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = takeGroup();
      try {
        const result = await work.run(group.map((one) => one.input));
        for (const one of group) one.resolve(result);
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    running = false;
  }

  function takeGroup(): Waiting<In, Out>[] {
    let weight = 0;
    let count = 0;
    for (const one of waiting) {
      weight += work.weigh(one.input);
      if (count > 0 && weight > work.weightMax) break;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!running) void runAll();
    });
}
