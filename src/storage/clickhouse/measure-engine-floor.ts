/**
 * How fast the engine alone takes the same rows: the yardstick for bench/. Same columns, same fsync, big blocks,
 * but no key projection, no journal and no duplicate check. It measures; nothing of the product uses it.
 */
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { openEmbeddedConnection } from './embedded-connection.ts';
import { encodeBlock } from './mapping.ts';
import { createTable, insertedColumns } from './schema.ts';

export interface EngineFloorOptions {
  /** An empty folder that no store has open. */
  readonly directory: string;
  readonly events: readonly StoredEvent[];
  readonly blockRows: number;
  readonly withKeyProjection: boolean;
  readonly nowMs: () => number;
}

export interface EngineFloor {
  readonly rows: number;
  /** Time the inserts took, without encoding the rows. */
  readonly insertMs: number;
  readonly encodeMs: number;
}

const table = 'floor_events';

export async function measureEngineFloor(options: EngineFloorOptions): Promise<EngineFloor> {
  const { directory, events, blockRows, withKeyProjection, nowMs } = options;
  const connection = openEmbeddedConnection({ directory, querySessions: 1, waitingMax: 1 });
  let [insertMs, encodeMs] = [0, 0];
  try {
    await connection.command(createTable({ table, withKeyProjection }));
    for (let start = 0; start < events.length; start += blockRows) {
      const begun = nowMs();
      const tsv = encodeBlock(events.slice(start, start + blockRows));
      const encoded = nowMs();
      await connection.insert({ table, columns: insertedColumns, tsv, token: `${start}` });
      encodeMs += encoded - begun;
      insertMs += nowMs() - encoded;
    }
  } finally {
    await connection.close();
  }
  return { rows: events.length, insertMs, encodeMs };
}
