/** A page of events by (time, sequence), either way, from the place where the page before ended. */
import type { EventPage } from '../../usage-store.ts';
import type { Statement } from '../connection.ts';
import { eventColumns } from '../mapping.ts';
import { filterConditions } from './event-filter.ts';
import { makePlaceholders } from './placeholders.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

export function listEventsStatement(page: EventPage, view: SourceView): Statement {
  const { texts, params } = filterConditions(page.filter);
  const beyond = page.order === 'asc' ? '>' : '<';
  if (page.after !== null) {
    // The first half alone lets the engine skip months and granules; the second says which of one moment.
    texts.push(`time ${beyond}= {after_time:DateTime64(3)}`);
    texts.push(`(time ${beyond} {after_time:DateTime64(3)} OR sequence ${beyond} {after_sequence:UInt64})`);
    params.after_time = page.after.timeMs;
    params.after_sequence = page.after.sequence;
  }
  const direction = page.order.toUpperCase();
  const values = makePlaceholders();
  return {
    sql: `SELECT ${eventColumns} FROM ${usageSource(texts, view, values)}
ORDER BY time ${direction}, sequence ${direction}
LIMIT {page_size:UInt64}`,
    params: { ...params, ...values.params, page_size: page.limit },
    settings: sourceSettings,
  };
}
