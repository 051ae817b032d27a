/** What a runtime may have beyond `fetch`. The portable entry has none of it; node.ts brings Node's. */
import type { Exchange } from './exchange.ts';
import type { OpenSpool } from './outbox.ts';

export interface Platform {
  readonly openSpool: OpenSpool | null;
  /** For the spool's requests: unlike `fetch` it does not keep the process alive. `close` ends idle connections. */
  readonly makeExchange: ((connections: number) => { readonly exchange: Exchange; close(): void }) | null;
  readonly gzip: Gzip | null;
}

export type Gzip = (bytes: Uint8Array) => Promise<Uint8Array>;

export const portablePlatform: Platform = { openSpool: null, makeExchange: null, gzip: portableGzip() };

function portableGzip(): Gzip | null {
  if (typeof globalThis.CompressionStream !== 'function') return null;
  return async (bytes) => {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new CompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
}
