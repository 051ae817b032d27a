/**
 * Hands over a hash of every stored identity, slice by slice, in the background: every statement is short and has
 * a lane of its own, and the event loop turns between pieces. What is stored while it runs may or may not come.
 */
import { setImmediate } from 'node:timers/promises';
import type { Connection, QueryOptions } from './connection.ts';
import { countEventsStatement } from './sql/count-events.ts';
import { keySlices, scanKeyHashesStatement } from './sql/scan-key-hashes.ts';

/** So many hashes take the filter one or two milliseconds. */
const pieceHashes = 8192;

export interface KeyHashScan {
  readonly secret: string;
  readonly onHashes: (hashes: BigUint64Array) => void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export async function scanKeyHashes(
  connection: Connection,
  scan: KeyHashScan,
  options: QueryOptions,
): Promise<void> {
  const { secret, onHashes, signal } = scan;
  for (const slice of keySlices(await countEvents(connection, options))) {
    signal?.throwIfAborted();
    const answer = await connection.queryBytes(scanKeyHashesStatement(secret, slice), options);
    const hashes = readHashes(answer);
    for (let start = 0; start < hashes.length; start += pieceHashes) {
      signal?.throwIfAborted();
      await onHashes(hashes.subarray(start, start + pieceHashes));
      await setImmediate();
    }
  }
}

export async function countEvents(connection: Connection, options: QueryOptions): Promise<number> {
  const [row] = await connection.query<[events: number]>(countEventsStatement, options);
  return row?.[0] ?? 0;
}

/** The machines this runs on are little-endian, as the engine's binary rows are. */
function readHashes(bytes: Uint8Array): BigUint64Array {
  const { BYTES_PER_ELEMENT } = BigUint64Array;
  if (bytes.length % BYTES_PER_ELEMENT !== 0) throw new Error('the scan of key hashes ends within a hash');
  const aligned = bytes.byteOffset % BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new BigUint64Array(aligned.buffer, aligned.byteOffset, bytes.length / BYTES_PER_ELEMENT);
}
