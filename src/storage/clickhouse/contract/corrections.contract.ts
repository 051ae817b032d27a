/** Corrections: found as they were made, counted from their place in the order on, and seen as late. */
import { describe, expect, test } from 'vitest';
import type { AmendedContent } from '../../../domain/events/correction.ts';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import { encodeCorrection } from '../../usage-rows/encode-corrections.ts';
import { currentView, type UsageView } from '../../usage-store.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const day = 86_400_000;
const base = Date.UTC(2026, 6, 1, 22);
export const contentOf = (event: StoredEvent, changes: Partial<AmendedContent>): AmendedContent => {
  const { customerId, service, timeMs, quantity, amount, properties } = { ...event, ...changes };
  return { customerId, service, timeMs, quantity, amount, properties };
};

export function correctionsContract(subject: () => StoreUnderTest): void {
  describe('corrections', () => {
    finding(subject);
    views(subject);
    late(subject);
  });
}

function finding(subject: () => StoreUnderTest): void {
  test('come back as they were made, by id, by event, and in the order of their sequences', async () => {
    const { store, append, event, correct } = subject();
    const texts = [...hostileTexts];
    const events = texts.map((text) => event({ customerId: `fix ${text}`, source: text, id: `fix ${text}` }));
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
    expect(actions.get(`${texts[0]}\tfix ${texts[0]}`)).toBe('void');
    expect(actions.get(`${texts[1]}\tfix ${texts[1]}`)).toBe('amend');
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
    // Before anything that the other tests of this store received.
    const original = event({ customerId: 'received', receivedAtMs: Date.UTC(1990, 0, 1) });
    await append(original);
    const made = await correct(original, null);
    expect(await store.sequenceAt(original.receivedAtMs - 1)).toBe(0);
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
      ...{ filter: { customerId: 'move-to' }, windows: null, groupBy: ['service'], rowsMax: 10 },
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
