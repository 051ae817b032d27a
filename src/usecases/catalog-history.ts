/**
 * All versions of one kind of record in memory, and the one that counts at a place in the one order. It keeps versions
 * that are durable already; it knows nothing of what a record means.
 */
export interface Versioned {
  readonly sequence: number;
}

/** Versions in the order of their sequences; the last that is not after `sequence`. */
export function lastAt<Version extends Versioned>(
  versions: readonly Version[],
  sequence: number,
): Version | undefined {
  return versions[countAt(versions, sequence) - 1];
}

/** How many versions, in the order of their sequences, are not after `sequence`. */
export function countAt(versions: readonly Versioned[], sequence: number): number {
  const last = versions.at(-1);
  if (last === undefined || last.sequence <= sequence) return versions.length;
  let [low, high] = [0, versions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle] as Versioned).sequence <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Versions by what they are versions of. */
export class History<Record extends Versioned> {
  readonly #byKey = new Map<string, Record[]>();
  readonly #keyOf: (version: Record) => string;

  constructor(keyOf: (version: Record) => string, versions: readonly Record[]) {
    this.#keyOf = keyOf;
    for (const version of versions) this.keep(version);
  }

  /** A version whose sequence is above those kept before. */
  keep(version: Record): void {
    const key = this.#keyOf(version);
    const versions = this.#byKey.get(key);
    if (versions) versions.push(version);
    else this.#byKey.set(key, [version]);
  }

  versionsOf(key: string): readonly Record[] {
    return this.#byKey.get(key) ?? [];
  }

  latest(key: string): Record | undefined {
    return this.#byKey.get(key)?.at(-1);
  }

  at(key: string, sequence: number): Record | undefined {
    return lastAt(this.versionsOf(key), sequence);
  }

  keysAt(sequence: number): string[] {
    const keys: string[] = [];
    for (const [key, versions] of this.#byKey) {
      if ((versions[0] as Record).sequence <= sequence) keys.push(key);
    }
    return keys;
  }
}
