// @ts-check
/** A service that meters its requests. COUNTINGHOUSE_URL=http://127.0.0.1:8787 node examples/express/server.mjs */
import { mkdirSync } from 'node:fs';
import { BillingClient } from '@countinghouse/client';
// @ts-expect-error installed by whoever runs this
import express from 'express';
import { meterRequests } from './meter-requests.mjs';

const directory = process.env.SPOOL ?? './spool';
mkdirSync(directory, { recursive: true });
const billing = new BillingClient({ source: 'express-example', spool: { directory } });

const app = express();
app.use(meterRequests({ billing, customerOf: (request) => request.get('x-customer') }));
app.get('/hello/:name', (/** @type {any} */ request, /** @type {any} */ response) => {
  response.json({ hello: request.params.name });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  // What cannot be delivered in five seconds is delivered after the next start.
  server.close(() => void billing.close(5_000));
});
