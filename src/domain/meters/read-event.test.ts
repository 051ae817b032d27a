import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../events/stored-event.ts';
import { defaultMeter, type Meter } from './meter.ts';
import { readForMeter } from './read-event.ts';

const event: StoredEvent = {
  ...{ source: 's', id: '1', customerId: 'c', service: 'calls', timeMs: 0, quantity: '2.5', amount: null },
  properties: [
    ['flag', true],
    ['ms', 1e-7],
    ['text', '5'],
    ['wide', 1e300],
  ],
  ...{ traceparent: '', fingerprint: '0000000000000000', sequence: 1, receivedAtMs: 0 },
};
const read = (more: Partial<Meter>) => readForMeter({ ...defaultMeter('calls'), ...more }, event);

describe('an event is in a meter', () => {
  it.each<[Partial<Meter>, string]>([
    [{}, '2.5'],
    [{ aggregation: 'count' }, '1'],
    [{ aggregation: 'max', value: 'properties.ms' }, '0.0000001'],
    [{ aggregation: 'unique', value: 'properties.text' }, '"5"'],
    [{ aggregation: 'unique', value: 'properties.wide' }, '1e+300'],
    [{ aggregation: 'unique', value: 'properties.flag' }, 'true'],
    [{ filter: { all: [] } }, '2.5'],
  ])('%o with %s', (meter, value) => {
    expect(read(meter)).toEqual({ isIn: true, value });
  });
});

describe('an event is left out, with the reason', () => {
  const exists = { field: 'properties.flag', op: 'exists' } as const;
  const none = { field: 'properties.none', op: 'exists' } as const;
  const either = { any: [none, { field: 'source', op: 'eq', value: 'x' }] } as const;
  it.each<[Partial<Meter>, object]>([
    [{ service: 'other' }, { kind: 'other_service' }],
    [{ filter: none }, { kind: 'filtered_out', by: none }],
    [{ filter: { all: [exists, { all: [none] }] } }, { kind: 'filtered_out', by: none }],
    [{ filter: { all: [exists, either] } }, { kind: 'filtered_out', by: either }],
    [{ filter: { any: [] } }, { kind: 'filtered_out', by: { any: [] } }],
    [{ value: 'properties.none' }, { kind: 'property_missing', property: 'properties.none' }],
    [{ value: 'properties.text' }, { kind: 'property_not_numeric', property: 'properties.text' }],
    [{ value: 'properties.flag' }, { kind: 'property_not_numeric', property: 'properties.flag' }],
    [{ value: 'properties.wide' }, { kind: 'property_not_numeric', property: 'properties.wide' }],
  ])('%o: %o', (meter, reason) => {
    expect(read(meter)).toEqual({ isIn: false, reason });
  });
});
