/** An identity is (source, id), byte for byte, and it is found wherever it lies. */
import { expect, test } from 'vitest';
import type { Identity, StoredEvent } from '../../../domain/events/stored-event.ts';
import type { Seen } from '../../usage-store.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const seenAs = (event: StoredEvent) => {
  const { source, id, fingerprint } = event;
  return { source, id, fingerprint };
};

export function identityContract(subject: () => StoreUnderTest): void {
  const lookAlikes: readonly Identity[] = [
    { source: 'Source', id: 'id' },
    { source: 'source', id: 'Id' },
    { source: 'source', id: 'id ' },
    { source: 'sourcei', id: 'd' },
    { source: 'sourc', id: 'eid' },
    { source: 'other', id: 'id' },
    { source: 'source', id: 'i\u0301d' },
    { source: 'source', id: '\u00edd' },
  ];

  test('an identity is found only byte for byte', async () => {
    const { store, append, event } = subject();
    const stored = event({ source: 'source', id: 'id', fingerprint: 'ffffffffffffffff' });
    await append(stored);
    expect(await store.findSeen([...lookAlikes])).toEqual([]);
    expect(await store.findSeen([{ source: 'source', id: 'id' }, ...lookAlikes])).toEqual([seenAs(stored)]);
    for (const identity of lookAlikes) expect(await store.findEvent(identity)).toBeNull();
  });

  test('identities that look alike are stored side by side', async () => {
    const { store, append, event } = subject();
    const stored = lookAlikes.map((identity) => event(identity));
    await append(...stored);
    const seen = await store.findSeen([...lookAlikes]);
    expect(inOrder(seen)).toEqual(inOrder(stored.map(seenAs)));
  });

  test('hostile identities are stored and found as they are', async () => {
    const { store, append, event } = subject();
    const stored = hostileTexts.map((text) =>
      event({ source: text, id: text, customerId: text, service: text }),
    );
    await append(...stored);
    for (const one of stored) {
      expect(await store.findEvent(one)).toEqual(one);
      expect(await store.findSeen([one])).toEqual([seenAs(one)]);
    }
  });

  test('a large question finds exactly what is stored', async () => {
    const { store, append, event } = subject();
    const stored = Array.from({ length: 3000 }, (_, n) => event({ id: `large-${n}'\\`, timeMs: monthOf(n) }));
    await append(...stored);
    const absent = Array.from({ length: 47_000 }, (_, n) => ({ source: 'gateway', id: `absent-${n}` }));
    const seen = await store.findSeen([...absent, ...stored]);
    expect(inOrder(seen)).toEqual(inOrder(stored.map(seenAs)));
  });

  test('asking for nothing finds nothing', async () => {
    expect(await subject().store.findSeen([])).toEqual([]);
  });
}

const inOrder = (all: readonly Seen[]) =>
  all.toSorted((a, b) => Buffer.compare(Buffer.from(keyTextOf(a)), Buffer.from(keyTextOf(b))));
const keyTextOf = ({ source, id }: Seen) => `${source}\t${id}`;

const monthOf = (n: number) => Date.UTC(2020, n % 12, 1);
