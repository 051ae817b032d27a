/** Corrections, proofs over what they leave, and late usage: each against a second computation in plain loops. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AmendedContent } from '../../../domain/events/correction.ts';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { Meter } from '../../../domain/meters/meter.ts';
import { encodeCorrection } from '../../usage-rows/encode-corrections.ts';
import { currentView, type UsageView } from '../../usage-store.ts';
import { byTimeAndIdentity, plainView } from './plain-meters.contract.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const day = 86_400_000;
const base = Date.UTC(2026, 6, 1, 22);
const level: Meter = {
  ...{ id: 'level', name: 'level', service: 'disk', aggregation: 'time_weighted', value: 'quantity' },
  ...{ filter: null, dimensions: [], seriesBy: ['source'], per: 'hour', sequence: 0, createdAtMs: 0 },
};

const contentOf = (event: StoredEvent, changes: Partial<AmendedContent>): AmendedContent => {
  const { customerId, service, timeMs, quantity, amount, properties } = { ...event, ...changes };
  return { customerId, service, timeMs, quantity, amount, properties };
};

export function correctionsContract(subject: () => StoreUnderTest): void {
  describe('corrections', () => {
    finding(subject);
    views(subject);
    late(subject);
  });
  describe('a proof', () => proofs(subject));
  describe('the events behind a line', () => behindLines(subject));
}

function finding(subject: () => StoreUnderTest): void {
  test('come back as they were made, by id, by event, and in the order of their sequences', async () => {
    const { store, append, event, correct } = subject();
    const texts = [...hostileTexts];
    const events = texts.map((text) => event({ customerId: `fix ${text}`, source: text, id: text }));
    await append(...events);
    const made = [];
    for (const original of events) {
      made.push(
        await correct(
          original,
          contentOf(original, {
            quantity: '3.5',
            amount: '-1',
            properties: [
              ['n', 1],
              ['s', '1'],
            ],
          }),
        ),
      );
    }
    made.push(await correct(events[0]!, null));
    for (const correction of made) expect(await store.findCorrection(correction.id)).toEqual(correction);
    expect(await store.findCorrections(events[0]!)).toEqual([made[0], made.at(-1)]);
    const listed = await store.listCorrections({ afterSequence: made[0]!.sequence - 1, limit: 1000 });
    expect(listed).toEqual(made);
    expect(await store.listCorrections({ afterSequence: made[2]!.sequence, limit: 2 })).toEqual(
      made.slice(3, 5),
    );
    expect(await store.findCorrection('no such')).toBeNull();
    const actions = await store.lastActions([...events, { source: 'no', id: 'no' }]);
    expect(actions.size).toBe(events.length);
    expect(actions.get(`${texts[0]}\t${texts[0]}`)).toBe('void');
    expect(actions.get(`${texts[1]}\t${texts[1]}`)).toBe('amend');
  });

  test('one that is stored twice is one', async () => {
    const { store, append, event, correct } = subject();
    const original = event({ customerId: 'twice', quantity: '5' });
    await append(original);
    const made = await correct(original, contentOf(original, { quantity: '8' }));
    await store.appendCorrections([encodeCorrection(made, original)]);
    expect(await store.findCorrections(original)).toEqual([made]);
    expect(await store.listCorrections({ afterSequence: made.sequence - 1, limit: 10 })).toEqual([made]);
    expect(await quantities(subject(), 'twice', currentView)).toEqual(['8']);
    expect(await store.lastSequence()).toBeGreaterThanOrEqual(made.sequence);
  });

  test('say by when they were received', async () => {
    const { store, append, event, correct } = subject();
    const original = event({ customerId: 'received', receivedAtMs: Date.UTC(2031, 0, 1) });
    await append(original);
    const made = await correct(original, null);
    expect(await store.sequenceAt(original.receivedAtMs - 1)).toBeLessThan(original.sequence);
    expect(await store.sequenceAt(original.receivedAtMs)).toBe(original.sequence);
    expect(await store.sequenceAt(made.receivedAtMs)).toBe(made.sequence);
    expect(await store.sequenceAt(0)).toBe(0);
  });
}

async function quantities({ store }: StoreUnderTest, customerId: string, view: UsageView): Promise<string[]> {
  const page = { filter: { customerId }, order: 'asc', after: null, limit: 100, view } as const;
  return (await store.listEvents(page)).map(({ quantity }) => quantity);
}

function views(subject: () => StoreUnderTest): void {
  test('each moment shows what counted then, and a preview what would', async () => {
    const under = subject();
    const { store, append, event, correct } = under;
    const [kept, changed] = [
      event({ customerId: 'view', quantity: '1' }),
      event({ customerId: 'view', quantity: '2' }),
    ];
    await append(kept, changed);
    const first = await correct(changed, contentOf(changed, { quantity: '20' }));
    const second = await correct(changed, contentOf(changed, { quantity: '200' }));
    const third = await correct(changed, null);
    const at = (sequenceMax: number | null) => quantities(under, 'view', { sequenceMax });
    expect(await at(kept.sequence)).toEqual(['1']);
    expect(await at(changed.sequence)).toEqual(['1', '2']);
    expect(await at(first.sequence)).toEqual(['1', '20']);
    expect(await at(second.sequence)).toEqual(['1', '200']);
    expect(await at(third.sequence)).toEqual(['1']);
    expect(await at(null)).toEqual(['1']);
    const preview = { ...first, id: 'preview', eventId: kept.id, event: contentOf(kept, { quantity: '9' }) };
    const plus = { sequenceMax: second.sequence, plus: [preview] };
    expect(await quantities(under, 'view', plus)).toEqual(['9', '200']);
    expect(
      await quantities(under, 'view', {
        sequenceMax: null,
        plus: [{ ...preview, action: 'void', event: null }],
      }),
    ).toEqual([]);
    expect(await store.findCorrection('preview')).toBeNull();
  });

  test('an event that is moved to another customer, service and day counts there, and only there', async () => {
    const under = subject();
    const { store, append, event, correct } = under;
    const original = event({ customerId: 'move-from', service: 'calls', timeMs: base });
    await append(original, event({ customerId: 'move-to', service: 'other', timeMs: base }));
    const moved = { customerId: 'move-to', service: 'Calls', timeMs: base + 40 * day };
    await correct(original, contentOf(original, moved));
    expect(await quantities(under, 'move-from', currentView)).toEqual([]);
    const rows = await store.aggregate({
      ...{ filter: { customerId: 'move-to' }, windows: null, groupBy: ['service'], cuts: null, rowsMax: 10 },
    });
    expect(rows.map(({ keys, events }) => [...keys, events])).toEqual([
      ['Calls', 1],
      ['other', 1],
    ]);
    const known = ['move-to'];
    const suspense = {
      knownCustomers: known,
      knownServices: ['Calls', 'other'],
      after: { customerId: 'move', service: '' },
    };
    const suspended = await store.listSuspense({ ...suspense, limit: 1000 });
    expect(suspended.filter(({ customerId }) => customerId.startsWith('move'))).toEqual([]);
    const first = await store.firstEventTimes(['move-from', 'move-to', 'nobody'], currentView);
    expect(first).toEqual(new Map([['move-to', base]]));
  });

  test('an amount that an amend brought, or that was taken away, was one', async () => {
    const { store, append, event, correct } = subject();
    const original = event({ customerId: 'amends amount' });
    await append(original);
    expect(await store.hasAmount('amends amount')).toBe(false);
    await correct(original, contentOf(original, { amount: '0' }));
    await correct(original, null);
    expect(await store.hasAmount('amends amount')).toBe(true);
  });
}

function late(subject: () => StoreUnderTest): void {
  test('touch every place an event ever had; events touch theirs; both only after the sequence that is asked', async () => {
    const { store, append, event, correct, lastSequence } = subject();
    const a = event({ customerId: 'late-a', service: 'calls', timeMs: base });
    const b = event({ customerId: 'late-b', service: 'calls', timeMs: base + 1 });
    await append(a, b);
    const ask = async (
      afterA: number,
      afterB: number,
      beforeMs: number,
      sequenceMax: number | null = null,
    ) => {
      const customers = [
        { customerId: 'late-a', afterSequence: afterA, beforeMs },
        { customerId: 'late-b', afterSequence: afterB, beforeMs },
      ];
      const found = await store.lateTouches({ customers, sequenceMax });
      return found
        .map((one) => `${one.customerId} ${one.service} ${(one.dayMs - (base - 22 * 3_600_000)) / day}`)
        .sort();
    };
    const far = base + 1000 * day;
    expect(await ask(0, 0, far)).toEqual(['late-a calls 0', 'late-b calls 0']);
    expect(await ask(a.sequence, 0, far)).toEqual(['late-b calls 0']);
    expect(await ask(a.sequence, b.sequence, far)).toEqual([]);
    const before = lastSequence();
    const toB = await correct(
      a,
      contentOf(a, { customerId: 'late-b', service: 'disk', timeMs: base + 3 * day }),
    );
    expect(await ask(before, before, far)).toEqual(['late-a calls 0', 'late-b disk 3']);
    expect(await ask(before, before, base + day)).toEqual(['late-a calls 0']);
    expect(await ask(before, before, far, toB.sequence - 1)).toEqual([]);
    await correct(a, null);
    expect(await ask(toB.sequence, toB.sequence, far)).toEqual(['late-a calls 0', 'late-b disk 3']);
    expect(await ask(lastSequence(), toB.sequence, far)).toEqual(['late-b disk 3']);
    expect(await store.lateTouches({ customers: [], sequenceMax: null })).toEqual([]);
  });
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
        { customerId: 'proved', digest, events: all.length },
        { customerId: 'nobody', digest: sha256('[]'), events: 0 },
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
        return { customerId, digest: plainDigest(own).digest, events: own.length };
      }),
    );
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
