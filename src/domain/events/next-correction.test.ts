import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Correction, correctedEvent } from './correction.ts';
import {
  amendedContent,
  type CorrectionInput,
  checkAmended,
  checkCorrection,
  sameCorrection,
} from './next-correction.ts';
import type { StoredEvent } from './stored-event.ts';

const original: StoredEvent = {
  ...{ source: 'gateway', id: 'e1', customerId: 'acme', service: 'API', timeMs: 1_764_000_000_123 },
  ...{ quantity: '5.5', amount: '0.25', traceparent: '', fingerprint: '0'.repeat(16), sequence: 7 },
  properties: [
    ['region', 'eu'],
    ['size', 12],
  ],
  receivedAtMs: 1_764_000_000_500,
};

const context = {
  nowMs: 1_764_000_100_000,
  strict: true,
  isCustomer: (id: string) => id === 'acme',
  service: (id: string) => (id === 'API' ? { allowNegative: false } : undefined),
};

function inputOf(more: Partial<CorrectionInput> = {}): CorrectionInput {
  const what = { id: 'c1', action: 'amend', source: 'gateway', eventId: 'e1', reason: 'typo' } as const;
  return { ...what, event: { quantity: '6' }, ...more };
}

describe('the members of a correction', () => {
  it.each([
    [{}, null],
    [{ id: '' }, 'id_invalid'],
    [{ id: 'x'.repeat(129) }, 'id_too_long'],
    [{ source: 'a\u0000b' }, 'source_invalid'],
    [{ eventId: 'x'.repeat(129) }, 'event_id_too_long'],
    [{ reason: '' }, 'reason_invalid'],
    [{ reason: 'é'.repeat(1_024) }, null],
    [{ reason: 'é'.repeat(1_025) }, 'reason_too_long'],
    [{ event: {} }, 'event_missing'],
    [{ event: { id: 'other' } }, 'event_invalid'],
    [{ event: { source: 'other' } }, 'event_invalid'],
    [{ action: 'void' as const }, 'event_invalid'],
  ])('%j: %s', (more, code) => {
    expect(checkCorrection(inputOf(more))?.code ?? null).toBe(code);
  });

  it('an amend without event is refused, a void without event is not', () => {
    const { event: _, ...bare } = inputOf();
    expect(checkCorrection(bare)).toMatchObject({ code: 'event_missing', field: 'event' });
    expect(checkCorrection({ ...bare, action: 'void' })).toBeNull();
  });
});

describe('the content after an amend', () => {
  it('members that were sent replace those of the original; properties as a whole', () => {
    const sent = { quantity: '07.50', time: '2025-11-24T00:00:00Z', properties: { region: 'us' } };
    expect(amendedContent(original, sent)).toEqual({
      ok: true,
      content: {
        ...{ customerId: 'acme', service: 'API', timeMs: Date.UTC(2025, 10, 24), quantity: '7.5' },
        ...{ amount: '0.25', properties: [['region', 'us']] },
      },
    });
  });

  it.each([
    [{ quantity: '1e5' }, 'quantity_invalid', 'event.quantity'],
    [{ quantity: null }, 'quantity_invalid', 'event.quantity'],
    [{ colour: 'red' }, 'field_unknown', 'event.colour'],
    [{ time: '1999-12-31T23:59:59Z' }, 'time_out_of_range', 'event.time'],
    [{ properties: { a: { b: 1 } } }, 'property_invalid', 'event.properties.a'],
  ])('%j is refused as it would be in an event', (sent, code, field) => {
    expect(amendedContent(original, sent)).toMatchObject({ ok: false, code, field });
  });

  it.each([
    [{ time: '2026-01-01T00:00:00Z' }, 'time_in_future'],
    [{ customer_id: 'nobody' }, 'customer_unknown'],
    [{ service: 'Nothing' }, 'service_unknown'],
    [{ quantity: '-1' }, 'quantity_invalid'],
  ])('%j is refused by the state of things', (sent, code) => {
    const amended = amendedContent(original, sent);
    if (!amended.ok) throw new Error(amended.message);
    expect(checkAmended(amended.content, sent, context)?.code).toBe(code);
  });

  it('what the event had already stays allowed, whatever the records say now', () => {
    const odd = { ...original, customerId: 'gone', service: 'Gone', quantity: '-3' };
    const sent = { properties: { region: 'us' } };
    const amended = amendedContent(odd, sent);
    if (!amended.ok) throw new Error(amended.message);
    expect(checkAmended(amended.content, sent, context)).toBeNull();
  });
});

describe('the same correction again', () => {
  const stored: Correction = {
    ...{ id: 'c1', action: 'amend', source: 'gateway', eventId: 'e1', reason: 'typo', actor: 'local' },
    ...{ event: contentOf({ quantity: '6' }), sequence: 9, receivedAtMs: 1 },
  };

  it.each([
    [inputOf(), true],
    [inputOf({ event: { quantity: '6.0', customer_id: 'acme' } }), true],
    [inputOf({ event: { quantity: '6.1' } }), false],
    [inputOf({ reason: 'other' }), false],
    [inputOf({ eventId: 'e2' }), false],
  ])('%j is the same: %s', (input, same) => {
    expect(sameCorrection(stored, input, contentOf(input.event ?? {}))).toBe(same);
  });

  it('a void is not an amend', () => {
    expect(sameCorrection(stored, inputOf({ action: 'void' }), null)).toBe(false);
  });
});

describe('the event as it counts', () => {
  const amendOf = (sequence: number, quantity: string): Correction => ({
    ...{ id: `c${sequence}`, action: 'amend', source: 'gateway', eventId: 'e1', reason: 'r', actor: 'local' },
    ...{ event: contentOf({ quantity }), sequence, receivedAtMs: 1 },
  });

  it('the last amend wins whatever order they come in, and earlier ones fall away', () => {
    const amends = [amendOf(8, '1'), amendOf(9, '2'), amendOf(10, '3')];
    const order = fc.shuffledSubarray(amends, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(order, (shuffled) => {
        expect(correctedEvent(original, shuffled)).toEqual({ ...original, quantity: '3' });
      }),
    );
  });

  it('a void leaves nothing, no correction leaves the original', () => {
    const voided: Correction = { ...amendOf(11, '4'), action: 'void', event: null };
    expect(correctedEvent(original, [amendOf(8, '1'), voided])).toBeNull();
    expect(correctedEvent(original, [])).toBe(original);
  });
});

function contentOf(sent: Readonly<Record<string, unknown>>) {
  const amended = amendedContent(original, sent);
  if (!amended.ok) throw new Error(amended.message);
  return amended.content;
}
