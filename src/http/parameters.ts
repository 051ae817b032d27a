/** Query parameters (texts) → what use cases ask for. Each refusal names its parameter. */
import { parseTime } from '@countinghouse/client/wire';
import { limits } from '../limits.ts';
import { parseWindow, type Window } from '../time/window.ts';
import { isTimeZone } from '../time/zone.ts';
import { type AsOf, readCondition, type UsageQuestion } from '../usecases/ask-usage.ts';
import { readAsOf } from './as-of.ts';
import { parseJson } from './parse-json.ts';
import { asProblem, HttpProblem } from './problem.ts';
import type { RowFormat } from './row-formats.ts';

export interface UsageParameters {
  customer_id?: string;
  service?: string;
  meter?: string;
  source?: string;
  from?: string;
  to?: string;
  window?: string;
  time_zone?: string;
  group_by?: string;
  filter?: string;
  as_of?: string;
  format?: RowFormat;
}

export function readUsageQuestion(query: UsageParameters): UsageQuestion {
  const { customer_id: customerId, service, meter, source, time_zone: timeZone } = query;
  return {
    ...(customerId !== undefined && { customerId }),
    ...(service !== undefined && { service }),
    ...(meter !== undefined && { meter }),
    ...(source !== undefined && { source }),
    ...readView(query),
    ...readSpan(query),
    window: query.window === undefined ? null : readWindow(query.window),
    ...(timeZone !== undefined && { timeZone: readZone(timeZone) }),
    groupBy: query.group_by === undefined ? [] : readGroupBy(query.group_by),
  };
}

/** `filter` and `as_of`, which every question of usage takes. */
export function readView({ filter, as_of }: { filter?: string; as_of?: string }): {
  where?: NonNullable<UsageQuestion['where']>;
  asOf?: AsOf;
} {
  const asOf = readAsOf(as_of);
  return { ...(filter !== undefined && { where: readFilter(filter) }), ...(asOf !== null && { asOf }) };
}

function readFilter(text: string): NonNullable<UsageQuestion['where']> {
  const json = parseJson(text);
  if (!json.ok) {
    const example = '{"field":"properties.region","op":"eq","value":"eu"}';
    throw wrong('filter', `filter must be JSON such as ${example}: ${json.message}`);
  }
  const read = readCondition(json.value, 'filter');
  if (!read.ok) throw asProblem(read);
  return read.condition;
}

export function readSpan({ from, to }: { from?: string; to?: string }): { fromMs?: number; toMs?: number } {
  return {
    ...(from !== undefined && { fromMs: readTime(from, 'from') }),
    ...(to !== undefined && { toMs: readTime(to, 'to') }),
  };
}

export function readTime(text: string, field: string): number {
  const ms = parseTime(text);
  if (ms === null) throw wrong(field, `${field} must be an RFC 3339 time such as 2026-11-01T00:00:00Z`);
  return ms;
}

export function readZone(name: string): string {
  if (!isTimeZone(name))
    throw wrong('time_zone', 'time_zone must be an IANA time zone such as Europe/Berlin');
  return name;
}

export function readLimit(limit: string | undefined): number {
  const items = limit === undefined ? limits.pageItemsDefault : Number.parseInt(limit, 10);
  if (items > limits.pageItemsMax) throw wrong('limit', `limit must be from 1 to ${limits.pageItemsMax}`);
  return items;
}

function readWindow(text: string): Window {
  const window = parseWindow(text);
  if (window) return window;
  throw wrong(
    'window',
    'window must be minute, hour, day, week, month or year, with an optional factor (15minute)',
  );
}

function readGroupBy(text: string): UsageQuestion['groupBy'] {
  const keys = text.split(',');
  if (keys.length > limits.groupKeysMax)
    throw wrong('group_by', `group_by may have at most ${limits.groupKeysMax} keys`);
  if (new Set(keys).size !== keys.length) throw wrong('group_by', 'group_by names a key twice');
  return keys.map((key) => {
    if (isGroupKey(key)) return key;
    throw wrong(
      'group_by',
      'group_by takes customer_id, service, source and properties.NAME, separated by commas',
    );
  });
}

function isGroupKey(key: string): key is UsageQuestion['groupBy'][number] {
  return ['customer_id', 'service', 'source'].includes(key) || /^properties\.[A-Za-z0-9_.-]{1,64}$/.test(key);
}

function wrong(field: string, detail: string): HttpProblem {
  return new HttpProblem('parameter_invalid', detail, { field });
}
