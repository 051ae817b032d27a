/**
 * The entry of `@countinghouse/client` on Node: the same client, with the spool on disk, connections that do not keep
 * the process alive, and Node's compression.
 */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { BillingClient as PortableClient } from './billing-client.ts';
import type { BillingClientOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { makeNodeExchange } from './spool/node-exchange.ts';
import { openSpool } from './spool/open-spool.ts';
import { type Surroundings, systemSurroundings } from './surroundings.ts';

export * from './public-names.ts';

const compress = promisify(gzip);

const nodePlatform: Platform = {
  openSpool,
  makeExchange: makeNodeExchange,
  // The fastest level: usage events shrink to a tenth at any.
  gzip: (bytes) => compress(bytes, { level: constants.Z_BEST_SPEED }),
};

export class BillingClient extends PortableClient {
  /** Connects to nothing yet. `surroundings` and `platform` are for tests. */
  constructor(
    options: BillingClientOptions = {},
    surroundings: Surroundings = systemSurroundings,
    platform: Platform = nodePlatform,
  ) {
    super(options, surroundings, platform);
  }
}
