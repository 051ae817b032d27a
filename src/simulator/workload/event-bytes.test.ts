import { expect, test } from 'vitest';
import { scenarios } from '../scenarios/scenario-list.ts';
import { lineBytesMax, makeLineWriter } from './event-bytes.ts';
import { makeEventWriter } from './event-writer.ts';
import { membersOf } from './mistakes.ts';
import { makeEvents } from './usage-event.ts';
import { makeWorld } from './world.ts';

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s: bytes, text and JSON of an event are the same',
  (_, scenario) => {
    const { customers, days } = scenario;
    const toMs = Date.UTC(2026, 10, 24, 10);
    const events = makeEvents(makeWorld({ scenario, seed: 8, events: 400, customers, days, toMs }));
    const [writeLine, write] = [makeLineWriter(), makeEventWriter()];
    const buffer = Buffer.alloc(lineBytesMax);
    for (let ordinal = 0; ordinal < 400; ordinal += 1) {
      const event = events.usage(ordinal);
      const line = buffer.toString('latin1', 0, writeLine(buffer, 0, event));
      const { source, id, customer_id, service, time, quantity, amount, properties } = membersOf(event);
      const members = { source, id, customer_id, service, time, quantity, amount, properties };
      expect([line, write(event)]).toEqual([`${JSON.stringify(members)}\n`, JSON.stringify(members)]);
    }
  },
);
