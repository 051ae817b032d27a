import type { CanonicalEvent } from '@countinghouse/client/wire';
import { describe, expect, it } from 'vitest';
import { contentText } from './fingerprint.ts';

const event: CanonicalEvent = {
  source: 's',
  id: '1',
  customerId: 'acme',
  service: 'api',
  timeMs: 1,
  quantity: '1',
  amount: null,
  properties: [['n', 1]],
};

describe('the content that a fingerprint covers', () => {
  it.each<[string, Partial<CanonicalEvent>]>([
    ['another quantity', { quantity: '2' }],
    ['another customer', { customerId: 'acme2' }],
    ['another service', { service: 'api2' }],
    ['another time', { timeMs: 2 }],
    ['an omitted time', { timeMs: null }],
    ['an amount', { amount: '1' }],
    ['a property of another type', { properties: [['n', '1']] }],
    ['a boolean instead of a number', { properties: [['n', true]] }],
    ['another property', { properties: [['m', 1]] }],
    ['no property', { properties: [] }],
  ])('changes with %s', (_, change) => {
    expect(contentText({ ...event, ...change })).not.toBe(contentText(event));
  });

  it('does not change with source and id, which are the identity', () => {
    expect(contentText({ ...event, source: 'other', id: '2' })).toBe(contentText(event));
  });

  it('cannot be forged by moving text from one field into the next', () => {
    const moved = { ...event, customerId: 'ac', service: 'meapi' };
    expect(contentText(moved)).not.toBe(contentText(event));
    expect(contentText({ ...event, customerId: 'acme","api' })).not.toBe(contentText(event));
  });
});
