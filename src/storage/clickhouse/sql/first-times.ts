/** When each customer's earliest event happened. */
import type { Statement } from '../connection.ts';
import { isOneOf } from './measure.ts';
import { makePlaceholders } from './placeholders.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

export type FirstTimeRow = readonly [customerId: string, timeMs: number];

export function firstTimesStatement(customerIds: readonly string[], view: SourceView): Statement {
  const values = makePlaceholders();
  return {
    sql: `SELECT customer_id, toUnixTimestamp64Milli(min(time))
FROM ${usageSource([isOneOf('customer_id', customerIds, values)], view, values)}
GROUP BY customer_id`,
    params: values.params,
    settings: sourceSettings,
  };
}
