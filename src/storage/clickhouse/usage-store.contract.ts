/** The contract suite of the usage store: every connection runs it unchanged. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsageStore } from '../usage-store.ts';
import { aggregateContract } from './contract/aggregate.contract.ts';
import { aggregateMetersContract } from './contract/aggregate-meters.contract.ts';
import { contentContract, manyMonthsContract } from './contract/content.contract.ts';
import { correctionsContract } from './contract/corrections.contract.ts';
import { exactnessContract, wholeSum } from './contract/exactness.contract.ts';
import { identityContract } from './contract/identity.contract.ts';
import { keyHashesContract } from './contract/key-hashes.contract.ts';
import { listingContract } from './contract/listing.contract.ts';
import { meteredContract } from './contract/metered.contract.ts';
import { proofContract } from './contract/proof.contract.ts';
import { type StoreUnderTest, storeUnderTest } from './contract/store-under-test.contract.ts';

export interface UsageStoreContractOptions {
  readonly name: string;
  /** Opens an empty store the first time, and what was left there every other time. */
  open(): Promise<UsageStore>;
}

export function usageStoreContract({ name, open }: UsageStoreContractOptions): void {
  describe(`a ${name} usage store`, () => {
    let subject: StoreUnderTest;
    let store: UsageStore;
    beforeAll(async () => {
      store = await open();
      subject = storeUnderTest(store);
    });
    afterAll(() => store.close());

    test('an empty store has nothing and its last sequence is 0', async () => {
      expect(await store.lastSequence()).toBe(0);
      expect(await store.countParts()).toBe(0);
      expect(await store.aggregate({ ...wholeSum, filter: {} })).toEqual([]);
      expect(await store.listEvents({ filter: {}, order: 'desc', after: null, limit: 10 })).toEqual([]);
      expect(await store.findEvent({ source: 'a', id: 'b' })).toBeNull();
    });
    exactnessContract(() => subject);
    identityContract(() => subject);
    contentContract(() => subject);
    aggregateContract(() => subject);
    listingContract(() => subject);
    keyHashesContract(() => subject);
    manyMonthsContract(() => subject);
    meteredContract(() => subject);
    aggregateMetersContract(() => subject);
    correctionsContract(() => subject);
    proofContract(() => subject);

    test('what was stored is there after closing and opening again', async () => {
      const count = async () => (await store.aggregate({ ...wholeSum, filter: {} })).map((row) => row.events);
      const [before, last] = [await count(), await store.lastSequence()];
      await store.close();
      store = await open();
      expect([await count(), await store.lastSequence()]).toEqual([before, last]);
    });
  });
}
