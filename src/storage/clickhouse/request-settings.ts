/** The engine settings that go with a statement or a block, the same over both connections. */
import type { QueryLimits, Statement } from './connection.ts';

export type QuerySettings = Readonly<Record<string, number>>;

export function querySettings(statement: Statement, limits: QueryLimits): QuerySettings {
  return {
    max_execution_time: limits.executionMsMax / 1000,
    max_memory_usage: limits.memoryBytesMax,
    // Counts and moments fit a double; what does not is asked for as text.
    output_format_json_quote_64bit_integers: 0,
    ...statement.settings,
  };
}

/**
 * Every block is stored: the engine's own deduplication is off. It remembers a block before the block's part is there,
 * so after a crash in between it would drop the same block in silence; and what a caller found missing must be stored.
 */
export const insertSettings: Readonly<Record<string, number>> = {
  insert_deduplicate: 0,
  // A block may touch more than 100 months; cutting it would only make more of the same small parts.
  max_partitions_per_insert_block: 0,
  // The block must reach the engine as one: an insert is all or nothing per block and month.
  input_format_parallel_parsing: 0,
  async_insert: 0,
  // A row whose texts are the names of the columns is a row, not a header to be dropped.
  input_format_tsv_detect_header: 0,
};

/** Names are ours and numbers print safely; there is no text among a query's settings. */
export function settingList(settings: QuerySettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}
