/** UUIDs of version 7 (RFC 9562): 48 bits of time, 74 of randomness. No counter: order within 1 ms is open. */
import type { Surroundings } from './surroundings.ts';

export function mintId({ nowMs, fillRandom }: Pick<Surroundings, 'nowMs' | 'fillRandom'>): string {
  const bytes = new Uint8Array(16);
  fillRandom(bytes);
  const view = new DataView(bytes.buffer);
  const now = nowMs();
  view.setUint32(0, Math.floor(now / 0x10000));
  view.setUint16(4, now % 0x10000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
