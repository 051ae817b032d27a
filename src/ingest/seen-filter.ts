/**
 * Remembers in memory which identities were seen, so that new events (nearly all of them) need no look-up.
 * It only saves work and never decides: "no" is certain, "maybe" means asking the store. It stores no keys,
 * forgets nothing, and is derived: after a start it is filled again from the store.
 *
 * It grows in generations, each twice the last: one that holds its design count is frozen, and a question asks
 * all of them, newest first. A full generation costs 4 bytes an event; just after a new one began it is 12 over all
 * (20 M events from nothing: 117 MB; after a restart, in one generation: 100 MB). False maybes add up over
 * generations, to 10⁻⁵ for ten full ones, which is 4 billion events. Measured with 10⁷ probes, all full: one
 * generation (4 M events) 0.7·10⁻⁶, two (12 M) 1.5·10⁻⁶, three (29 M) 2.3·10⁻⁶.
 *
 * At the bound on memory the last generation takes what is left and keeps taking events: it still never forgets,
 * and more and more questions cost an exact look-up. Three generations, false maybes by events over the number the
 * bound has room for: 1.25 times 4·10⁻⁵, 1.5 times 5·10⁻⁴, twice 1 %, three times 17 %, four times 49 %. Dropping a
 * generation instead, or leaving events out, would turn "no" into a guess.
 */
import { type BloomBlocks, bitsPerKey, blockBytes, makeBloomBlocks } from './bloom-blocks.ts';

export interface SeenFilterOptions {
  /** 64 bits of a text, spread evenly: xxHash64 with seed 0, the same that `scanKeyHashes` uses. */
  readonly hash64: (text: string) => bigint;
  /**
   * Random and new in each process, so that nobody can choose ids that crowd one block. (Two ids that share a hash
   * under every secret may be found; they cost a look-up, which sending one id twice costs as well.)
   */
  readonly secret: string;
  /** Memory of all generations together. */
  readonly bytesMax: number;
  /** Events to be added soon, such as those already stored: the first generation has room for a quarter more. */
  readonly expectedCount: number;
}

export interface SeenFilter {
  /** `key` is the source, a tab, the id. Adding one twice is harmless but takes the room of two. */
  add(key: string): void;
  /** Of secret and key. */
  addHash(hash: bigint): void;
  /** 0.2 to 0.4 µs each, so that it is for the caller to keep chunks small. */
  addHashes(hashes: BigUint64Array): void;
  /**
   * False only when the key was never added; true for every key until `markComplete`. Takes 0.25 µs a generation
   * for a new key (a miss of cache and TLB), and 0.15 to 0.3 µs for the hash.
   */
  mayContain(key: string): boolean;
  /** Says that whatever was seen before this process was added. */
  markComplete(): void;
  readonly complete: boolean;
  bytes(): number;
  /** Keys added. */
  count(): number;
}

interface Generation {
  readonly blocks: BloomBlocks;
  count: number;
}

/** 16 MiB: a new installation begins with this, so that few generations have to be asked. */
const firstCapacityMin = 2 ** 22;

export function makeSeenFilter(options: SeenFilterOptions): SeenFilter {
  const { hash64, secret, bytesMax, expectedCount } = options;
  if (!(bytesMax >= blockBytes)) throw new RangeError(`a filter of ${bytesMax} bytes holds nothing`);
  // A hash's halves are read through shared memory: 5 ns, where BigInt.asUintN and a shift took 60.
  // (A hash of a key: h64 140 ns, two h32 with different seeds 210, h64Raw with a buffer written first 260.)
  const hash = new BigUint64Array(1);
  const halves = new Uint32Array(hash.buffer);
  const firstCapacity = Math.max(firstCapacityMin, Math.ceil(expectedCount * 1.25));
  let newest = makeGeneration((firstCapacity * bitsPerKey) / 8, bytesMax);
  const generations = [newest];
  let [count, bytes, complete] = [0, newest.blocks.bytes, false];

  const addHalves = (low: number, high: number) => {
    if (newest.count >= newest.blocks.capacity && bytesMax - bytes >= blockBytes) {
      newest = makeGeneration(newest.blocks.bytes * 2, bytesMax - bytes);
      bytes += newest.blocks.bytes;
      generations.unshift(newest);
    }
    newest.blocks.add(low, high);
    newest.count += 1;
    count += 1;
  };
  const addHash = (value: bigint) => {
    hash[0] = value;
    addHalves(halves[0] ?? 0, halves[1] ?? 0);
  };
  const mayContain = (key: string) => {
    if (!complete) return true;
    hash[0] = hash64(secret + key);
    const low = halves[0] ?? 0;
    const high = halves[1] ?? 0;
    for (const { blocks } of generations) if (blocks.mayContain(low, high)) return true;
    return false;
  };
  return {
    add: (key) => addHash(hash64(secret + key)),
    addHash,
    addHashes: (hashes) => eachHash(hashes, addHalves),
    mayContain,
    markComplete: () => {
      complete = true;
    },
    get complete() {
      return complete;
    },
    bytes: () => bytes,
    count: () => count,
  };
}

/** Takes all that is left where taking its share would leave less than that: no small last generation. */
function makeGeneration(bytesWanted: number, bytesLeft: number): Generation {
  const bytes = bytesLeft < bytesWanted * 2 ? bytesLeft : bytesWanted;
  return { blocks: makeBloomBlocks(bytes), count: 0 };
}

/** Reads the halves where they lie, so that no BigInt is made. */
function eachHash(hashes: BigUint64Array, take: (low: number, high: number) => void): void {
  const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2);
  for (let at = 0; at < halves.length; at += 2) take(halves[at] ?? 0, halves[at + 1] ?? 0);
}
