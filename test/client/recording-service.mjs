// @ts-check
/**
 * A service that reports through the client with a spool, to be killed at any moment. Every id that `recordUsage`
 * returned is written to its ledger (synced) before the next call; the ledger is what the server must hold in the end.
 *
 * recording-service.mjs URL SPOOL LEDGER EVENTS: with EVENTS 0 it records until it is killed.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { BillingClient } from '@countinghouse/client';

const [baseUrl = '', directory = '', ledgerPath = '', events = '0'] = process.argv.slice(2);
const ledger = openSync(ledgerPath, 'a');
const client = new BillingClient({
  baseUrl,
  source: 'killed-service',
  spool: { directory, fsync: 'always' },
  batch: { maxEvents: 50, maxAgeMs: 5 },
  retry: { baseDelayMs: 10, maxDelayMs: 200 },
});
const last = Number(events);
console.log('recording');
for (let round = 0; last === 0 || round < last; round += 1) {
  const calls = Array.from({ length: 1 + (round % 7) }, (_, index) =>
    client.recordUsage({ customer_id: `cust_${index}`, service: 'APIRequests', quantity: `${round}.5` }),
  );
  const ids = (await Promise.all(calls)).map(({ id }) => id);
  writeSync(ledger, `${ids.join('\n')}\n`);
  fsyncSync(ledger);
}
const stats = await client.close(60_000);
closeSync(ledger);
console.log(JSON.stringify(stats));
