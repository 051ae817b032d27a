import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { Busy } from '../errors.ts';
import { makeWaitingBytes } from './body-parser.ts';
import { readBody } from './read-body.ts';

/** A request as far as its end is looked at. */
function makeRequest() {
  const flight = { isOver: false, atEnd: [] as (() => void)[] };
  const end = () => {
    flight.isOver = true;
    for (const act of flight.atEnd) act();
  };
  return { request: { flight } as unknown as FastifyRequest, end };
}

it('a body that is still arriving counts, and no longer when its request is over', () => {
  const hold = makeWaitingBytes(100);
  const slow = makeRequest();
  const held = hold(slow.request);
  expect(held.take(101)).toBe(true);
  expect(hold(makeRequest().request).take(1)).toBe(false);
  slow.end();
  expect(held.take(500)).toBe(true);
  expect(hold(makeRequest().request).take(1)).toBe(true);
});

it('who is refused while arriving holds nothing any more', () => {
  const hold = makeWaitingBytes(100);
  const [first, second] = [hold(makeRequest().request), hold(makeRequest().request)];
  expect([first.take(60), second.take(60)]).toEqual([true, true]);
  expect([first.take(1), second.take(1)]).toEqual([false, true]);
});

it('what decompression made of a body counts instead of what came', () => {
  const hold = makeWaitingBytes(100);
  const held = hold(makeRequest().request);
  held.take(10);
  held.takeUpTo(100);
  expect(hold(makeRequest().request).take(1)).toBe(true);
  held.takeUpTo(101);
  expect(hold(makeRequest().request).take(1)).toBe(false);
});

it('a body that there is no room for is read to its end, so that the refusal arrives', async () => {
  const pieces = Readable.from(['one', 'two', 'three'].map((text) => Buffer.from(text)));
  const message = Object.assign(pieces, { headers: {} }) as unknown as IncomingMessage;
  const taken: number[] = [];
  const take = (bytes: number) => taken.push(bytes) < 2;
  await expect(readBody(message, 1000, take)).rejects.toThrow(Busy);
  expect([taken, message.readableEnded]).toEqual([[3, 3], true]);
});
