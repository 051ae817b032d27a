/** The client with a spool against a server that does its worst: once, for ever, and without hammering. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BillingClient } from './node.ts';
import { type Harm, harms, startHostileServer } from './testing/hostile-server.ts';
import { makeFolder } from './testing/spool-on-disk.ts';

const use = { customer_id: 'cust_42', service: 'APIRequests' };
const settled = { waiting: 0, dead: 0, dropped: 0, damaged: 0 };

test('whatever a hostile server does, nothing is lost, nothing doubled, and it is not hammered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...harms), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (plan, maxInFlight) => {
        const server = await startHostileServer((request): Harm => plan[request - 1] ?? 'none');
        const client = new BillingClient({
          ...{ baseUrl: server.baseUrl, spool: { directory: makeFolder() }, timeoutMs: 100 },
          ...{ batch: { maxEvents: 7, maxAgeMs: 0, maxInFlight }, retry: { baseDelayMs: 1, maxDelayMs: 10 } },
        });
        const recorded = await Promise.all(Array.from({ length: 40 }, () => client.recordUsage(use)));
        const stats = await client.close(20_000);
        expect(stats).toEqual({ ...settled, recorded: 40, delivered: 40 });
        expect([...server.stored.keys()].sort()).toEqual(recorded.map(({ id }) => id).sort());
        expect(server.conflicts).toEqual([]);
        // Six batches of seven at most, once more for each harm, and for a kept connection that was cut.
        expect(server.requests()).toBeLessThanOrEqual(8 + 2 * plan.length);
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);
