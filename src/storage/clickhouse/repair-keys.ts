/**
 * Makes the projection by_key whole again before anything is looked up. The engine syncs a part, but not the projection
 * inside it: after a power cut its files may be empty while the part itself is complete (chdb 3.4.0, seen on ext4). The
 * engine then opens the part without a word, reading the projection by name skips it, and every identity in it would
 * be new once more. What the parts hold is the truth; the projection is built from it again.
 */
import type { Connection, QueryOptions } from './connection.ts';
import { usageTable } from './schema.ts';
import { countUnreadableKeysStatement } from './sql/count-unreadable-keys.ts';

export async function repairKeys(connection: Connection, options: QueryOptions): Promise<void> {
  if ((await countUnreadableKeys(connection, options)) === 0) return;
  await connection.command(
    `ALTER TABLE ${usageTable} MATERIALIZE PROJECTION by_key SETTINGS mutations_sync = 2`,
  );
  const left = await countUnreadableKeys(connection, options);
  if (left > 0) throw new Error(`the projection by_key of ${left} parts cannot be built again`);
}

export async function countUnreadableKeys(connection: Connection, options: QueryOptions): Promise<number> {
  return (await connection.query<[parts: number]>(countUnreadableKeysStatement, options))[0]?.[0] ?? 0;
}
