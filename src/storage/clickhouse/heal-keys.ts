/**
 * Mends the projection by_key of a running store. Damage that leaves a file its size is not seen at a start
 * (repair-keys.ts): it shows when a look-up reads it, which then fails, rightly, and would fail for ever. Reading every
 * part against its checksums names the damaged ones, and the projection is built again from the table. Damage of the
 * table itself is not mended: that is a matter for a backup.
 */
import type { Connection, QueryOptions } from './connection.ts';
import { StoredDataDamaged } from './query-errors.ts';
import { countUnreadableKeys, repairKeys } from './repair-keys.ts';
import { checkPartsStatement } from './sql/check-parts.ts';

/** All of the table is read once; a question's limits are not meant for that. */
const checkMsMax = 6 * 3_600_000;

export interface KeyHealer {
  /**
   * Gives what `read` gives. Where it meets damage it fails as it would have, and mending begins. Meanwhile every read
   * fails: the engine may skip a projection that it knows to be broken, and then what is stored would look new.
   */
  watch<Result>(read: () => Promise<Result>): Promise<Result>;
}

export function makeKeyHealer(connection: Connection, { limits }: Pick<QueryOptions, 'limits'>): KeyHealer {
  const options: QueryOptions = { lane: 'background', limits: { ...limits, executionMsMax: checkMsMax } };
  let state: 'sound' | 'mending' | 'unmendable' | 'lost' = 'sound';
  let mendings = 0;

  const assertReadable = (begun: number) => {
    if (state === 'mending' || begun !== mendings) {
      throw new StoredDataDamaged('the projection by_key is damaged and is being built again');
    }
    if (state === 'lost') throw new StoredDataDamaged('the projection by_key could not be built again');
  };
  const mend = async () => {
    try {
      await connection.query(checkPartsStatement, options);
      const broken = await countUnreadableKeys(connection, options);
      await repairKeys(connection, options);
      // What was not found is not looked for again at every look-up, each of which says what is wrong.
      state = broken > 0 ? 'sound' : 'unmendable';
    } catch {
      // Which parts a read would skip is not known: nothing is read until the next start has mended it or said why not.
      state = 'lost';
    }
  };
  return {
    async watch(read) {
      const begun = mendings;
      assertReadable(begun);
      try {
        const result = await read();
        assertReadable(begun);
        return result;
      } catch (error) {
        if (error instanceof StoredDataDamaged && state === 'sound' && begun === mendings) {
          state = 'mending';
          mendings += 1;
          void mend();
        }
        throw error;
      }
    },
  };
}
