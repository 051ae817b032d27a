/**
 * One parser for every body: read within the route's bound, then JSON, unless the route reads its bytes by itself.
 * Bytes being worked on are counted over all requests, so that many large bodies together are refused before memory is.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '../limits.ts';
import { whenOver } from './connections.ts';
import { mediaTypeOf } from './media-type.ts';
import { decodeText, parseJson } from './parse-json.ts';
import { HttpProblem } from './problem.ts';
import { readBody } from './read-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bytes of a body, before and after decompression. Default: those of a record. */
    bodyBytesMax?: number;
    /** The route reads the bytes by itself. */
    rawBody?: boolean;
  }
}

export function addBodyParser(app: FastifyInstance): void {
  const holdBytes = makeWaitingBytes(limits.waitingBytesMax);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { bodyBytesMax = limits.recordBodyBytesMax, rawBody = false } = request.routeOptions.config;
    const held = holdBytes(request);
    const bytes = await readBody(payload, bodyBytesMax, held.take);
    // What decompression made of it.
    held.takeUpTo(bytes.length);
    if (rawBody) return bytes;
    // Some libraries name a content type on every POST; a route that takes no body does not mind.
    if (bytes.length === 0 && !request.routeOptions.schema?.body) return undefined;
    return readJson(bytes, request.headers['content-type']);
  });
}

/** Counted as they arrive: a body that comes slowly holds memory all the while. */
export function makeWaitingBytes(bytesMax: number) {
  let waiting = 0;
  return (request: FastifyRequest) => {
    let own = 0;
    let isOver = false;
    const add = (bytes: number) => {
      if (isOver) return;
      own += bytes;
      waiting += bytes;
    };
    whenOver(request, () => {
      isOver = true;
      waiting -= own;
    });
    return {
      /** Whether there is room for so many more, which are counted then; if not, the caller lets go of all it has. */
      take(bytes: number): boolean {
        const hasRoom = waiting <= bytesMax;
        add(hasRoom ? bytes : -own);
        return hasRoom;
      },
      /** Counts what is there altogether. */
      takeUpTo: (bytes: number) => add(Math.max(bytes - own, 0)),
    };
  };
}

function readJson(bytes: Buffer, contentType: string | undefined): unknown {
  if (mediaTypeOf(contentType) !== 'application/json') {
    throw new HttpProblem('media_type_unsupported', 'Content-Type must be application/json');
  }
  const text = decodeText(bytes);
  if (text === null) throw new HttpProblem('json_invalid', 'the body is not valid UTF-8');
  const parsed = parseJson(text);
  if (!parsed.ok) throw new HttpProblem('json_invalid', `the body is not valid JSON: ${parsed.message}`);
  return parsed.value;
}
