/** The hashes that fill the filter of what was seen are those of every stored identity, as xxhash-wasm makes them. */
import { expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import type { UsageStore } from '../../usage-store.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const { h64 } = await xxhash();
const awkwardTexts = [
  ...hostileTexts,
  '😀'.repeat(128),
  'a'.repeat(31),
  'b'.repeat(32),
  '\u007f',
  '%00',
  ' ',
];

export function keyHashesContract(subject: () => StoreUnderTest): void {
  test.each(['', 'plain', "it's \\ \0 😀"])(
    'every stored identity is hashed with the secret, case %#',
    async (secret) => {
      const { store, append, event, stored } = subject();
      const of = `awkward ${secret.length}`;
      await append(...awkwardTexts.map((text) => event({ source: text, id: `${text}${of}` })));
      await append(event({ source: 'far away', timeMs: Date.UTC(2004, 1) }));
      const expected = stored.map(({ source, id }) => h64(`${secret}${source}\t${id}`));
      expect((await collect(store, secret)).sort()).toEqual(BigUint64Array.from(expected).sort());
      expect(await store.countEvents()).toBe(stored.length);
    },
  );

  test('pieces are small, and each waits until the one before is done with', async () => {
    const { store, append, event, stored } = subject();
    await append(...Array.from({ length: 9000 }, () => event({ source: 'pieces' })));
    let [working, most] = [0, 0];
    const sizes: number[] = [];
    await store.scanKeyHashes('', async (hashes) => {
      working += 1;
      most = Math.max(most, working);
      sizes.push(hashes.length);
      await new Promise(setImmediate);
      working -= 1;
    });
    expect([most, sizes.length > 1, Math.max(...sizes) <= 8192]).toEqual([1, true, true]);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(stored.length);
  });

  test('a scan ends when it is aborted, with the reason, and when its taker fails, with the error', async () => {
    const { store } = subject();
    const scanned: number[] = [];
    const halting = new AbortController();
    const take = (hashes: BigUint64Array) => {
      scanned.push(hashes.length);
      halting.abort(new Error('stopping'));
    };
    await expect(store.scanKeyHashes('', take, halting.signal)).rejects.toThrow('stopping');
    await expect(store.scanKeyHashes('', take, halting.signal)).rejects.toThrow('stopping');
    expect(scanned.length).toBe(1);
    const failing = store.scanKeyHashes('', () => Promise.reject(new Error('no room')));
    await expect(failing).rejects.toThrow('no room');
  });
}

async function collect(store: UsageStore, secret: string): Promise<BigUint64Array> {
  const all: bigint[] = [];
  await store.scanKeyHashes(secret, (hashes) => {
    all.push(...hashes);
  });
  return BigUint64Array.from(all);
}
