/** A request's body, compressed once where that is worth it; every attempt sends the same bytes. */
import type { Gzip } from './platform.ts';

export interface RequestBody {
  readonly content: string | Uint8Array;
  readonly encoding: 'gzip' | null;
}

export type PrepareBody = (content: string | Uint8Array) => Promise<RequestBody>;

/** `bytesMin`: smaller ones go as they are. A compressor that fails costs bandwidth, not the event. */
export function makePrepareBody(gzip: Gzip | null, bytesMin: number): PrepareBody {
  const encoder = new TextEncoder();
  return async (content) => {
    const plain: RequestBody = { content, encoding: null };
    // A text's bytes are at least its length: short ones need not be counted.
    if (gzip === null || content.length * (typeof content === 'string' ? 3 : 1) < bytesMin) return plain;
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    if (bytes.length < bytesMin) return plain;
    try {
      return { content: await gzip(bytes), encoding: 'gzip' };
    } catch {
      return plain;
    }
  };
}
