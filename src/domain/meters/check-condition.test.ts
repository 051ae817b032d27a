import { WrittenNumber } from '@countinghouse/client/wire';
import { describe, expect, it } from 'vitest';
import { limits } from '../../limits.ts';
import { readCondition } from './check-condition.ts';

describe('a condition as it is kept', () => {
  it.each([
    [{ field: 'properties.region', op: 'eq', value: 'eu' }],
    [{ field: 'properties.size', op: 'gte', value: 10.5 }],
    [{ field: 'properties.flag', op: 'in', value: [true, 1, '1', ''] }],
    [{ field: 'source', op: 'prefix', value: 'gate' }],
    [{ field: 'amount', op: 'exists' }],
    [{ all: [] }],
    [{ any: [{ all: [{ field: 'customer_id', op: 'eq', value: 'c' }] }, { any: [] }] }],
  ])('%j is kept as it is', (sent) => {
    expect(readCondition(sent, 'filter')).toEqual({ ok: true, condition: sent });
  });

  it('quantities are decimals in their shortest form, however they were written', () => {
    for (const value of ['07.50', 7.5, new WrittenNumber('75e-1')]) {
      expect(readCondition({ field: 'quantity', op: 'lt', value }, 'filter')).toEqual({
        ok: true,
        condition: { field: 'quantity', op: 'lt', value: '7.5' },
      });
    }
  });
});

describe('a condition that is refused names the part', () => {
  it.each([
    [null, 'filter'],
    ['eu', 'filter'],
    [{}, 'filter.field'],
    [{ field: 'region', op: 'eq', value: 'eu' }, 'filter.field'],
    [{ field: 'properties.', op: 'eq', value: 'eu' }, 'filter.field'],
    [{ field: 'properties.a', op: 'equals', value: 'eu' }, 'filter.op'],
    [{ field: 'properties.a', op: 'eq' }, 'filter.value'],
    [{ field: 'properties.a', op: 'eq', value: null }, 'filter.value'],
    [{ field: 'properties.a', op: 'exists', value: true }, 'filter.value'],
    [{ field: 'properties.a', op: 'lt', value: '5' }, 'filter.value'],
    [{ field: 'source', op: 'lt', value: 5 }, 'filter.value'],
    [{ field: 'source', op: 'eq', value: 5 }, 'filter.value'],
    [{ field: 'quantity', op: 'prefix', value: '5' }, 'filter.value'],
    [{ field: 'quantity', op: 'eq', value: '1e5' }, 'filter.value'],
    [{ field: 'properties.a', op: 'in', value: 'eu' }, 'filter.value'],
    [{ field: 'properties.a', op: 'in', value: ['eu', {}] }, 'filter.value.1'],
    [{ field: 'properties.a', op: 'eq', value: 'a\u0000b' }, 'filter.value'],
    [{ field: 'properties.a', op: 'eq', value: new WrittenNumber('10000000000000000001') }, 'filter.value'],
    [{ field: 'properties.a', op: 'eq', value: 1, also: 2 }, 'filter.also'],
    [{ all: [], any: [] }, 'filter.any'],
    [{ all: { field: 'source' } }, 'filter.all'],
    [{ all: [{ any: [{ field: 'nope', op: 'exists' }] }] }, 'filter.all.0.any.0.field'],
  ])('%j: %s', (sent, field) => {
    expect(readCondition(sent, 'filter')).toMatchObject({ ok: false, code: 'filter_invalid', field });
  });

  it('nesting and length are bounded', () => {
    let deep: unknown = { all: [] };
    for (let depth = 1; depth < limits.conditionPartsMax; depth += 1) deep = { all: [deep] };
    expect(readCondition(deep, 'filter').ok).toBe(true);
    expect(readCondition({ all: [deep] }, 'filter')).toMatchObject({ code: 'filter_invalid' });
    const values = Array.from({ length: limits.conditionValuesMax + 1 }, (_, index) => index);
    const long = { field: 'properties.a', op: 'in', value: values };
    expect(readCondition(long, 'filter')).toMatchObject({ code: 'filter_invalid', field: 'filter.value' });
  });
});
