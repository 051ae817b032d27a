/** Proofs and the events behind lines, each against a second computation in plain loops. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { Meter } from '../../../domain/meters/meter.ts';
import { currentView, type UsageView } from '../../usage-store.ts';
import { contentOf } from './corrections.contract.ts';
import { plainAggregate } from './plain-aggregate.contract.ts';
import { byTimeAndIdentity, plainView } from './plain-meters.contract.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const day = 86_400_000;
const base = Date.UTC(2026, 6, 1, 22);
const level: Meter = {
  ...{ id: 'level', name: 'level', service: 'disk', aggregation: 'time_weighted', value: 'quantity' },
  ...{ filter: null, dimensions: [], seriesBy: ['source'], per: 'hour', sequence: 0, createdAtMs: 0 },
};

export function proofContract(subject: () => StoreUnderTest): void {
  describe('a proof', () => proofs(subject));
  describe('the events behind a line', () => behindLines(subject));
}

/** RFC 8785 by hand: members in the order of their names, strings as JSON.stringify writes them. */
function plainHash(event: StoredEvent): string {
  const members: [string, string][] = [
    ...(event.amount === null ? [] : ([['amount', JSON.stringify(event.amount)]] as [string, string][])),
    ['customer_id', JSON.stringify(event.customerId)],
    ['id', JSON.stringify(event.id)],
    ['properties', JSON.stringify(Object.fromEntries(event.properties))],
    ['quantity', JSON.stringify(event.quantity)],
    ['service', JSON.stringify(event.service)],
    ['source', JSON.stringify(event.source)],
    ['time', JSON.stringify(new Date(event.timeMs).toISOString())],
  ];
  return sha256(`{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`);
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

function plainDigest(events: readonly StoredEvent[]): { digest: string; days: string[][] } {
  const groups = new Map<string, string[]>();
  for (const event of events) {
    const name = JSON.stringify([event.service, new Date(event.timeMs).toISOString().slice(0, 10)]);
    groups.set(name, [...(groups.get(name) ?? []), plainHash(event)]);
  }
  const days = [...groups].map(([name, hashes]) => [
    ...(JSON.parse(name) as string[]),
    sha256(Buffer.from(hashes.sort().join(''), 'hex')),
  ]);
  days.sort((a, b) => Buffer.compare(Buffer.from(a[0]!), Buffer.from(b[0]!)) || (a[1]! < b[1]! ? -1 : 1));
  return { digest: sha256(JSON.stringify(days)), days };
}

function plainUsed(events: readonly StoredEvent[]) {
  const query = { filter: {}, windows: null, groupBy: ['service'], rowsMax: 1_000 } as const;
  const rows = plainAggregate(events, query);
  return rows.map(({ keys, quantity, events: count }) => ({ service: keys[0], quantity, events: count }));
}

function proofs(subject: () => StoreUnderTest): void {
  test('is over the events of the span as they counted, and over the levels carried in', async () => {
    const { store, stored, corrections, append, event, correct } = subject();
    const span = { customerId: 'proved', fromMs: base, toMs: base + 3 * day };
    const texts = hostileTexts.map((text, n) =>
      event({
        customerId: 'proved',
        service: text,
        source: text,
        id: `proved ${text}`,
        timeMs: base + (n % 3) * day + n,
        amount: n % 2 ? '0.50' : null,
        properties: [
          ['a.b', text],
          ['n', n / 4],
        ],
      }),
    );
    const carried = [
      // The first is overtaken, the last of c ends its level; b is carried in on the same UTC day as the span begins.
      event({ customerId: 'proved', service: 'disk', source: 'a', timeMs: base - 2 * day, quantity: '1' }),
      event({ customerId: 'proved', service: 'disk', source: 'a', timeMs: base - day, quantity: '2' }),
      event({ customerId: 'proved', service: 'disk', source: 'b', timeMs: base - 1, quantity: '3' }),
      event({ customerId: 'proved', service: 'disk', source: 'c', timeMs: base - 2, quantity: '4' }),
      event({ customerId: 'proved', service: 'disk', source: 'c', timeMs: base - 1, quantity: '0' }),
      event({ customerId: 'proved', service: 'disk', source: 'd', timeMs: base, quantity: '5' }),
    ];
    const around = [
      event({ customerId: 'proved', timeMs: base - 1 }),
      event({ customerId: 'proved', timeMs: base + 3 * day }),
    ];
    await append(...texts.map((one) => ({ ...one, amount: one.amount && '0.5' })), ...carried, ...around);
    const before = Math.max(...stored.map(({ sequence }) => (sequence < 2 ** 40 ? sequence : 0)));
    await correct(texts[1]!, null);
    await correct(texts[2]!, contentOf(texts[2]!, { quantity: '7', timeMs: base }));
    for (const sequenceMax of [before, null]) {
      const view = plainView(stored, corrections, sequenceMax).filter((one) => one.customerId === 'proved');
      const inside = view.filter(({ timeMs }) => timeMs >= span.fromMs && timeMs < span.toMs);
      const all = [...inside, carried[1]!, carried[2]!];
      const { digest, days } = plainDigest(all);
      const asked = {
        spans: [span, { ...span, customerId: 'nobody' }],
        levelMeters: [level],
        view: { sequenceMax },
      };
      expect(await store.digest(asked)).toEqual([
        { customerId: 'proved', digest, events: all.length, used: plainUsed(inside) },
        { customerId: 'nobody', digest: sha256('[]'), events: 0, used: [] },
      ]);
      const listed = await store.digestDays(span, [level, level], { sequenceMax });
      expect(listed.map((one) => [one.service, one.day, one.hash])).toEqual(days);
      const levels = await store.listCarriedLevels(span, [level], { sequenceMax });
      expect(levels).toEqual([carried[1], carried[2]].sort(byTimeAndIdentity as never));
    }
    const [without] = await store.digest({ spans: [span], levelMeters: [], view: currentView });
    const inside = plainView(stored, corrections, null).filter(
      (one) => one.customerId === 'proved' && one.timeMs >= span.fromMs && one.timeMs < span.toMs,
    );
    expect(without?.digest).toBe(plainDigest(inside).digest);
    expect(without?.used).toEqual(plainUsed(inside));
  });

  test('of many customers with spans of their own is the proof of each', async () => {
    const { store, append, event } = subject();
    const ids = Array.from({ length: 400 }, (_, n) => `proof-${n}`);
    const events = ids.flatMap((customerId, n) =>
      [0, 1, 2, 3].map((at) => event({ customerId, timeMs: base + at * day + n })),
    );
    await append(...events);
    const spans = ids.map((customerId, n) => ({
      customerId,
      fromMs: base + (n % 3) * day,
      toMs: base + 3 * day + n,
    }));
    const digests = await store.digest({ spans, levelMeters: [level], view: currentView });
    expect(digests).toEqual(
      spans.map(({ customerId, fromMs, toMs }) => {
        const own = events.filter(
          (one) => one.customerId === customerId && one.timeMs >= fromMs && one.timeMs < toMs,
        );
        return { customerId, digest: plainDigest(own).digest, events: own.length, used: plainUsed(own) };
      }),
    );
  });

  test('has the levels of each service, also where two have the same source and moment', async () => {
    const { store, append, event } = subject();
    const at = { customerId: 'two levels', source: 'a' };
    const events = [
      event({ ...at, service: 'disk', timeMs: base - 2, quantity: '1' }),
      event({ ...at, service: 'disk', timeMs: base - 1, quantity: '2' }),
      event({ ...at, service: 'tape', timeMs: base - 1, quantity: '3' }),
      event({ ...at, service: 'other', timeMs: base - 1, quantity: '4' }),
    ];
    await append(...events);
    const span = { customerId: at.customerId, fromMs: base, toMs: base + day };
    const levelMeters = [level, { ...level, id: 'tape', service: 'tape' }, { ...level, id: 'again' }];
    const counted = [events[1]!, events[2]!];
    expect(await store.digest({ spans: [span], levelMeters, view: currentView })).toEqual([
      { customerId: at.customerId, digest: plainDigest(counted).digest, events: 2, used: [] },
    ]);
    expect((await store.listCarriedLevels(span, levelMeters, currentView)).length).toBe(2);
  });
}

function behindLines(subject: () => StoreUnderTest): void {
  test('come page by page, once each, by meter, dimension and view', async () => {
    const { store, append, event, correct } = subject();
    const meter: Meter = {
      ...level,
      id: 'hot',
      aggregation: 'sum',
      filter: { field: 'source', op: 'eq', value: 'x' },
    };
    const events = Array.from({ length: 40 }, (_, n) =>
      event({
        customerId: 'line',
        service: 'disk',
        source: n % 4 ? 'x' : 'y',
        timeMs: base + (n % 5),
        properties: n % 3 ? [['tier', n % 2 ? 'hot' : 1]] : [],
      }),
    );
    await append(...events);
    await correct(events[1]!, null);
    const pages = async (value: string | number | null, view: UsageView) => {
      const found: StoredEvent[] = [];
      for (;;) {
        const last = found.at(-1);
        const after = last ? { timeMs: last.timeMs, sequence: last.sequence } : null;
        const page = await store.listMetered({
          ...{ meter, customerId: 'line', fromMs: base, toMs: base + 5, after, limit: 3, view },
          keys: [{ key: 'properties.tier', value }],
        });
        found.push(...page);
        if (page.length < 3) return found;
      }
    };
    const expected = (value: string | number | null, voided: number) =>
      events
        .filter((one, n) => one.source === 'x' && n !== voided && (one.properties[0]?.[1] ?? null) === value)
        .sort((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
    for (const value of ['hot', 1, null]) {
      expect(await pages(value, currentView)).toEqual(expected(value, 1));
      expect(await pages(value, { sequenceMax: events.at(-1)!.sequence })).toEqual(expected(value, -1));
    }
    expect(expected('hot', 1).length).toBeGreaterThan(3);
  });
}
