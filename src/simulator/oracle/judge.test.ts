import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const nowMs = Date.UTC(2026, 10, 24, 12);
const event = {
  source: 's',
  id: '1',
  customer_id: 'known',
  service: 'FileSync',
  time: '2026-11-24T10:00:00.000Z',
  quantity: '1.5',
  properties: { region: 'eu', plan: 'team' },
};

function verdictsOn(...bodies: unknown[]): string[] {
  const customers = [{ id: 'known' }];
  const { verdicts } = judge({ nowMs, customers, services: [], sendings: bodies.map((body) => ({ body })) });
  return verdicts.map(({ status, code, warning }) => [status, code, warning].filter(Boolean).join(' '));
}

const { service: _, ...withoutService } = event;

test.each([
  ['valid', event, 'accepted'],
  ['of an unknown customer', { ...event, customer_id: 'other' }, 'accepted customer_unknown'],
  ['negative', { ...event, quantity: '-1' }, 'rejected quantity_invalid'],
  ['no decimal', { ...event, quantity: 'abc' }, 'rejected quantity_invalid'],
  ['null', { ...event, quantity: null }, 'rejected quantity_invalid'],
  ['without service', withoutService, 'rejected service_missing'],
  ['misspelled', { ...event, quantiy: '1' }, 'rejected field_unknown'],
  ['a text', 'not an event', 'rejected event_invalid'],
  ['a list', [event], 'rejected event_invalid'],
  ['five minutes ahead', { ...event, time: '2026-11-24T12:05:00.000Z' }, 'accepted'],
  ['more than five minutes ahead', { ...event, time: '2026-11-24T12:05:00.001Z' }, 'rejected time_in_future'],
])('an event that is %s', (_name, body, verdict) => {
  expect(verdictsOn(body)).toEqual([verdict]);
});

test.each([
  ['the same', event, 'duplicate'],
  ['another quantity', { ...event, quantity: '1.6' }, 'conflict conflict'],
  ['the quantity written otherwise', { ...event, quantity: '01.50' }, 'duplicate'],
  ['the time written otherwise', { ...event, time: '2026-11-24T10:00:00.000000+00:00' }, 'duplicate'],
  ['properties in another order', { ...event, properties: { plan: 'team', region: 'eu' } }, 'duplicate'],
  ['another property', { ...event, properties: { region: 'eu', plan: 'other' } }, 'conflict conflict'],
  ['another source', { ...event, source: 't' }, 'accepted'],
  ['invalid', { ...event, quantity: 'abc' }, 'rejected quantity_invalid'],
])('after an event was accepted, one with its id and %s', (_name, body, verdict) => {
  expect(verdictsOn(event, body)).toEqual(['accepted', verdict]);
});

test('what was rejected does not use up its id', () => {
  expect(verdictsOn({ ...event, quantity: '-1' }, event)).toEqual(['rejected quantity_invalid', 'accepted']);
});

test('a conflict changes nothing: the original repeated is still a duplicate', () => {
  expect(verdictsOn(event, { ...event, quantity: '2' }, event)).toEqual([
    'accepted',
    'conflict conflict',
    'duplicate',
  ]);
});
