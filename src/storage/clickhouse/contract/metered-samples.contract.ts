/** Events and questions of meters as fast-check makes them: few distinct values, so that they meet. */
import type { Property, PropertyValue } from '@countinghouse/client/wire';
import fc from 'fast-check';
import type { EventCondition } from '../../../domain/meters/condition.ts';
import { aggregations, type Meter } from '../../../domain/meters/meter.ts';
import type { GroupKey, MeasureQuery } from '../../usage-store.ts';

export const base = Date.UTC(2026, 4, 10);
const moments = fc.oneof(
  fc.integer({ min: 0, max: 14 }).map((n) => base + n * 1000),
  fc.integer({ min: 0, max: 14_000 }).map((n) => base + n),
);
export const customers = ['metered-a', "metered-'b"];
const services = ['levels', 'sizes'];
const sizes = fc.constantFrom<PropertyValue[]>(
  ...[
    0, 1, -1, 2.5, 1e-7, 1.5e21, 1e26, 123456789.012345, 0.00123456789012345, 1.23456789012345e-13, 1e-13,
    1e300,
  ],
  ...['5', '', true, 99999999999999e12, 9.99999999999999e25, 1e-27, 1e-28, 5e-324],
);
const regions = fc.constantFrom<PropertyValue[]>('eu', 'us', 1, '1', true, '"', 'e');
const properties = fc
  .record({ size: sizes, region: regions, 'a.series': fc.constantFrom('x', 'y', 1) }, { requiredKeys: [] })
  .map((record) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)) as Property[]);
const quantities = fc.constantFrom(
  '1',
  '0.5',
  '-2',
  '0',
  '99999999999999999999999999.999999999999',
  '0.000000000001',
);

export const contents = fc.record({
  customerId: fc.constantFrom(...customers),
  service: fc.constantFrom(...services),
  source: fc.constantFrom('gate', 'gate2', 'gäte'),
  properties,
  quantity: quantities,
  amount: fc.constantFrom(null, null, '1.25', '-0.000000000001', '99999999999999999999999999'),
  timeMs: moments,
});

const tests = fc.constantFrom<EventCondition[]>(
  { field: 'properties.region', op: 'exists' },
  { field: 'properties.region', op: 'eq', value: '1' },
  { field: 'properties.region', op: 'eq', value: 1 },
  { field: 'properties.region', op: 'in', value: ['eu', true, '"'] },
  { field: 'properties.region', op: 'prefix', value: 'e' },
  { field: 'properties.region', op: 'prefix', value: '"' },
  { field: 'properties.size', op: 'gt', value: 0 },
  { field: 'properties.size', op: 'gte', value: 2.5 },
  { field: 'properties.size', op: 'lt', value: 1e26 },
  { field: 'properties.size', op: 'lte', value: 1.23456789012345e-13 },
  { field: 'source', op: 'eq', value: 'gäte' },
  { field: 'source', op: 'in', value: ['gate', 'gate2'] },
  { field: 'source', op: 'prefix', value: 'gate' },
  { field: 'customer_id', op: 'prefix', value: "metered-'" },
  { field: 'service', op: 'exists' },
  { field: 'quantity', op: 'gt', value: '0.5' },
  { field: 'quantity', op: 'in', value: ['1', '-2'] },
  { field: 'quantity', op: 'eq', value: '0' },
  { field: 'amount', op: 'exists' },
  { field: 'amount', op: 'lt', value: '1.25' },
);
export const conditions: fc.Arbitrary<EventCondition> = fc.oneof(
  tests,
  fc.array(tests, { maxLength: 3 }).map((all) => ({ all })),
  fc
    .array(
      fc.oneof(
        tests,
        fc.array(tests, { maxLength: 2 }).map((all) => ({ all })),
      ),
      { maxLength: 3 },
    )
    .map((any) => ({ any })),
);

export const meters: fc.Arbitrary<Meter> = fc
  .record({
    aggregation: fc.constantFrom(...aggregations, 'time_weighted' as const, 'time_weighted' as const),
    service: fc.constantFrom(...services),
    value: fc.constantFrom('quantity' as const, 'properties.size' as const),
    filter: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: conditions }),
    seriesBy: fc.constantFrom<Meter['seriesBy'][]>(
      ['source'],
      ['properties.a.series'],
      ['source', 'properties.region'],
    ),
    per: fc.constantFrom('second' as const, 'hour' as const, 'day' as const),
  })
  .map((parts) => ({ ...parts, id: 'm', name: 'm', dimensions: [], sequence: 0, createdAtMs: 0 }));

const spansOf = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(...customers), fc.uniqueArray(moments, { minLength: 2, maxLength: 5 })),
    {
      selector: ([customerId]) => customerId,
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((list) =>
    list.map(([customerId, times]) => {
      const sorted = [...times].sort((a, b) => a - b);
      return { customerId, fromMs: sorted[0]!, toMs: sorted.at(-1)!, cutsMs: sorted.slice(1, -1) };
    }),
  );
/** Often the same span for all, as for customers of one zone. */
const spans = fc.oneof(
  spansOf,
  spansOf.map((list) => list.map((span) => ({ ...list[0]!, customerId: span.customerId }))),
);
const keys = fc.uniqueArray(fc.constantFrom<GroupKey[]>('properties.region', 'source', 'properties.none'), {
  maxLength: 2,
});
export const queries: fc.Arbitrary<MeasureQuery> = fc.record(
  {
    meter: meters,
    spans,
    keys,
    where: conditions,
    isCumulative: fc.boolean(),
    levelsUntilMs: fc.oneof(moments, fc.constant(base + 1e9)),
  },
  { requiredKeys: ['meter', 'spans', 'keys', 'levelsUntilMs'] },
);
