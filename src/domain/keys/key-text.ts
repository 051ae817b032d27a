/**
 * What an API key looks like: `chk_`, 33 base-62 digits of 192 random bits, and 6 digits of checksum (CRC-32), so that a
 * mistyped key is told from an unknown one without asking, and scanners for leaked secrets find few false ones. The first
 * 8 digits are shown in lists; 144 bits stay secret. It draws no randomness and keeps nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Random bytes of one key. */
export const keyRandomBytes = 24;

const start = 'chk_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^33 > 2^192 and 62^6 > 2^32. */
const [bodyLength, checksumLength, shownLength] = [33, 6, 8];
const shape = new RegExp(`^${start}[0-9A-Za-z]{${bodyLength + checksumLength}}$`);

/** Throws a RangeError unless `random` has exactly `keyRandomBytes`. */
export function makeKeyText(random: Uint8Array): string {
  if (random.length !== keyRandomBytes) throw new RangeError(`a key takes ${keyRandomBytes} random bytes`);
  const number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const body = `${start}${inBase62(number, bodyLength)}`;
  return `${body}${checksumOf(body)}`;
}

/** Whether it can be a key at all: its shape and its checksum. */
export function isKeyText(text: string): boolean {
  return shape.test(text) && checksumOf(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** The part that may be shown and kept in clear: `chk_` and 8 digits. */
export function prefixOfKey(text: string): string {
  return text.slice(0, start.length + shownLength);
}

/** What is kept of a key: SHA-256, 64 hex digits. With 192 random bits there is nothing to guess, so it is not slowed. */
export function hashOfKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Takes as long wherever they differ. */
export function isSameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checksumOf(body: string): string {
  return inBase62(BigInt(crc32(body)), checksumLength);
}

function inBase62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n)
    text = `${digits[Number.parseInt(String(rest % 62n), 10)]}${text}`;
  return text;
}
