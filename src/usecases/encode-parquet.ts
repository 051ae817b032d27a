/** A table as a Parquet file. The usage store's engine writes it: it reads and writes the format anyway. */
import type { UsageStore } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';

export type EncodeParquet = UsageStore['encodeParquet'];

export function makeEncodeParquet({ usageStore }: Pick<Dependencies, 'usageStore'>): EncodeParquet {
  return (table) => usageStore.encodeParquet(table);
}
