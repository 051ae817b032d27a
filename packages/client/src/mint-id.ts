/** UUIDs of version 7 (RFC 9562): 48 bits of time, 74 of randomness. No counter: order within 1 ms is open. */
import type { Surroundings } from './surroundings.ts';

/** Random bytes are asked for many at a time: a call for 10 of them cost more than all the rest of an id. */
const poolBytes = 2048;
const randomBytes = 10;

const hexOf: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function makeMintId({ nowMs, fillRandom }: Pick<Surroundings, 'nowMs' | 'fillRandom'>): () => string {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  const hex = (at: number): string => hexOf[pool[at] as number] as string;
  return () => {
    if (used + randomBytes > poolBytes) {
      fillRandom(pool);
      used = 0;
    }
    const at = used;
    used += randomBytes;
    const time = nowMs().toString(16).padStart(12, '0');
    const version = hexOf[0x70 | ((pool[at] as number) & 0x0f)] as string;
    const variant = hexOf[0x80 | ((pool[at + 2] as number) & 0x3f)] as string;
    const node = hex(at + 4) + hex(at + 5) + hex(at + 6) + hex(at + 7) + hex(at + 8) + hex(at + 9);
    return `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(at + 1)}-${variant}${hex(at + 3)}-${node}`;
  };
}
