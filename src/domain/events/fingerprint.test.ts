import type { CanonicalEvent } from '@countinghouse/client/wire';
import { describe, expect, it } from 'vitest';
import { fingerprintText } from './content-text.ts';
import { formatFingerprint } from './fingerprint.ts';

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
    expect(fingerprintText({ ...event, ...change })).not.toBe(fingerprintText(event));
  });

  it('does not change with source and id, which are the identity', () => {
    expect(fingerprintText({ ...event, source: 'other', id: '2' })).toBe(fingerprintText(event));
  });

  it('cannot be forged by moving text from one field into the next', () => {
    const moved = { ...event, customerId: 'ac', service: 'meapi' };
    expect(fingerprintText(moved)).not.toBe(fingerprintText(event));
    for (const customerId of ['acme\tapi', 'acme\\tapi', "acme','"]) {
      const forged = { ...event, customerId, properties: [["n':'1','m", 1]] as const };
      expect(fingerprintText(forged).split('\t')).toHaveLength(6);
    }
  });

  it('cannot be forged by a customer whose name is a time', () => {
    const timeless = { ...event, timeMs: null, customerId: '0.001', service: 'acme' };
    expect(fingerprintText(timeless)).not.toBe(fingerprintText(event));
  });
});

it('is shown with all its sixteen digits', () => {
  expect(formatFingerprint(0xabn)).toBe('00000000000000ab');
});
