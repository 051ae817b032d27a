/** What `aggregate` must answer, as a plain loop over the events. Slow and obvious on purpose. */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { EventFilter, GroupKey, UsageQuery, UsageRow, Windows } from '../../usage-store.ts';

interface Group {
  windowStartMs: number | null;
  keys: (PropertyValue | null)[];
  scaled: bigint;
  events: number;
}

export function plainAggregate(stored: readonly StoredEvent[], query: UsageQuery): UsageRow[] {
  const groups = new Map<string, Group>();
  for (const event of stored) {
    if (!matches(event, query.filter)) continue;
    if (query.customerIds !== undefined && !query.customerIds.includes(event.customerId)) continue;
    const windowStartMs = query.windows === null ? null : windowOf(event.timeMs, query.windows);
    if (query.windows !== null && windowStartMs === null) continue;
    const keys = query.groupBy.map((key) => keyOf(event, key));
    const name = JSON.stringify([windowStartMs, keys]);
    const group = groups.get(name) ?? { windowStartMs, keys, scaled: 0n, events: 0 };
    group.scaled += scale(event.quantity);
    group.events += 1;
    groups.set(name, group);
  }
  const sorted = [...groups.values()].sort((a, b) => compareGroups(a, b, query.groupBy));
  return sorted.map(({ scaled, ...group }) => ({ ...group, quantity: plainDecimal(scaled) }));
}

export function matches(event: StoredEvent, filter: EventFilter): boolean {
  const { customerId, service, source, fromMs, toMs } = filter;
  if (customerId !== undefined && event.customerId !== customerId) return false;
  if (service !== undefined && event.service !== service) return false;
  if (source !== undefined && event.source !== source) return false;
  return (
    event.timeMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && event.timeMs < (toMs ?? Number.POSITIVE_INFINITY)
  );
}

function windowOf(timeMs: number, windows: Windows): number | null {
  const start = windows.starts.filter((one) => one <= timeMs).at(-1);
  if (start === undefined || windows.stepMs === null) return start ?? null;
  return start + Math.floor((timeMs - start) / windows.stepMs) * windows.stepMs;
}

function keyOf(event: StoredEvent, key: GroupKey): PropertyValue | null {
  if (key === 'customer_id') return event.customerId;
  if (key === 'service') return event.service;
  if (key === 'source') return event.source;
  return event.properties.find(([name]) => `properties.${name}` === key)?.[1] ?? null;
}

function compareGroups(a: Group, b: Group, groupBy: readonly GroupKey[]): number {
  const low = Number.NEGATIVE_INFINITY;
  const byKeys = groupBy.map((key, n) => Buffer.compare(sortText(a, key, n), sortText(b, key, n)));
  const order = [(a.windowStartMs ?? low) - (b.windowStartMs ?? low), ...byKeys];
  return order.find((one) => one !== 0 && !Number.isNaN(one)) ?? 0;
}

/** Properties are ordered by their JSON text, an absent one first. */
function sortText(group: Group, key: GroupKey, index: number): Buffer {
  const value = group.keys[index] ?? null;
  if (value === null) return Buffer.from('');
  return Buffer.from(key.startsWith('properties.') ? JSON.stringify(value) : `${value}`);
}

function scale(quantity: string): bigint {
  const [whole = '', fraction = ''] = quantity.split('.');
  return BigInt(`${whole}${fraction.padEnd(12, '0')}`);
}

function plainDecimal(scaled: bigint): string {
  const digits = `${scaled < 0n ? -scaled : scaled}`.padStart(13, '0');
  const fraction = digits.slice(-12).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -12)}${fraction === '' ? '' : `.${fraction}`}`;
}
