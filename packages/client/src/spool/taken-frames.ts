/** Events as they were read from a segment: slices of one buffer, made into a request's body without being parsed. */
import type { Batch } from '../outbox.ts';

/** Where an event stands in the buffer. */
export interface Slice {
  readonly from: number;
  readonly end: number;
  readonly heldSinceMs: number;
}

export class TakenFrames implements Batch {
  readonly #bytes: Buffer;
  readonly #slices: readonly Slice[];
  readonly #onSettled: () => void;

  constructor(bytes: Buffer, slices: readonly Slice[], onSettled: () => void) {
    this.#bytes = bytes;
    this.#slices = slices;
    this.#onSettled = onSettled;
  }

  get count(): number {
    return this.#slices.length;
  }

  body(from: number, to: number): Uint8Array {
    const slices = this.#slices.slice(from, to);
    const length = slices.reduce((sum, slice) => sum + slice.end - slice.from + 1, 1);
    const body = Buffer.allocUnsafe(Math.max(length, 2));
    let at = 0;
    for (const slice of slices) {
      body[at] = at === 0 ? 0x5b : 0x2c;
      at += 1;
      at += this.#bytes.copy(body, at, slice.from, slice.end);
    }
    body[body.length - 1] = 0x5d;
    return body;
  }

  line(index: number): string {
    const { from, end } = this.#slice(index);
    return this.#bytes.toString('utf8', from, end);
  }

  heldSinceMs(index: number): number {
    return this.#slice(index).heldSinceMs;
  }

  settle(): void {
    this.#onSettled();
  }

  #slice(index: number): Slice {
    const slice = this.#slices[index];
    if (slice === undefined) throw new RangeError(`there is no event ${index} in this batch`);
    return slice;
  }
}
