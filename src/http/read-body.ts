/**
 * Reads a request's bytes within a bound, decompressed if need be. A body over the bound is still read (and thrown
 * away) up to a second bound, because a client that is cut off while sending never gets to read why; and so is one that
 * there is no room for.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { Busy } from '../errors.ts';
import { limits } from '../limits.ts';
import { HttpProblem } from './problem.ts';

/** `take` says whether there is room for so many more bytes. Throws Busy where there is not. */
export async function readBody(
  message: IncomingMessage,
  bytesMax: number,
  take: (bytes: number) => boolean = () => true,
): Promise<Buffer> {
  const declared = message.headers['content-length'];
  if (declared !== undefined && Number.parseInt(declared, 10) > limits.drainedBytesMax)
    throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasRoom = true;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) hasRoom &&= take(chunk.length);
    if (bytes <= bytesMax && hasRoom) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > limits.drainedBytesMax) break;
  }
  if (bytes > bytesMax) throw tooLarge(bytesMax);
  if (!hasRoom) throw new Busy('too many large requests are being worked on', 1);
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return decompress(body, message.headers['content-encoding'], bytesMax);
}

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** zstd is there where the runtime has it (Node 22.15 and later). */
const decompressors = new Map<string, Decompress>(
  Object.entries({
    gzip: promisify(zlib.gunzip) as Decompress,
    br: promisify(zlib.brotliDecompress) as Decompress,
    ...('zstdDecompress' in zlib && {
      zstd: promisify(zlib.zstdDecompress as typeof zlib.gunzip) as Decompress,
    }),
  }),
);

async function decompress(body: Buffer, encoding: string | undefined, bytesMax: number): Promise<Buffer> {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return body;
  const run = decompressors.get(encoding.toLowerCase());
  if (!run) {
    const known = [...decompressors.keys()].join(', ');
    throw new HttpProblem('media_type_unsupported', `Content-Encoding must be one of: ${known}`);
  }
  try {
    return await run(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw new HttpProblem('json_invalid', `the body is not valid ${encoding}`);
  }
}

function tooLarge(bytesMax: number): HttpProblem {
  const size = bytesMax >= 1024 * 1024 ? `${bytesMax / 1024 / 1024} MiB` : `${bytesMax / 1024} KiB`;
  return new HttpProblem(
    'body_too_large',
    `a body may have at most ${size} (${bytesMax} bytes), after decompression too`,
  );
}
