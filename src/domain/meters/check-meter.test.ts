import { describe, expect, it } from 'vitest';
import { type MeterInput, makeMeter, readMeter, sameMeter } from './check-meter.ts';

const input: MeterInput = { id: 'eu-bytes', service: 'Storage', aggregation: 'sum' };

function contentOf(more: Partial<MeterInput> = {}) {
  const read = readMeter({ ...input, ...more });
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

describe('a meter made whole', () => {
  it('the sum of quantity is what is left to say of nothing but an aggregation', () => {
    expect(contentOf()).toEqual({
      ...{ name: 'eu-bytes', service: 'Storage', aggregation: 'sum', value: 'quantity', filter: null },
      ...{ dimensions: [], seriesBy: [], per: null },
    });
  });

  it('time_weighted keeps one level a source unless it is told otherwise', () => {
    const weighted = { aggregation: 'time_weighted', per: 'hour' };
    expect(contentOf(weighted)).toMatchObject({ seriesBy: ['source'], per: 'hour' });
    const series = ['properties.disk', 'source'];
    expect(contentOf({ ...weighted, seriesBy: series })).toMatchObject({ seriesBy: series });
  });
});

it.each<[Partial<MeterInput>, string]>([
  [{ id: '' }, 'id_invalid'],
  [{ name: 'x'.repeat(129) }, 'name_too_long'],
  [{ aggregation: 'median' }, 'aggregation_invalid'],
  [{ value: 'bytes' }, 'value_invalid'],
  [{ aggregation: 'count', value: 'properties.bytes' }, 'value_invalid'],
  [{ filter: { field: 'x' } }, 'filter_invalid'],
  [{ dimensions: ['region'] }, 'dimensions_invalid'],
  [{ dimensions: ['properties.a', 'properties.a'] }, 'dimensions_invalid'],
  [{ seriesBy: ['source'] }, 'series_by_invalid'],
  [{ per: 'hour' }, 'per_invalid'],
  [{ aggregation: 'time_weighted' }, 'per_invalid'],
  [{ aggregation: 'time_weighted', per: 'week' }, 'per_invalid'],
  [{ aggregation: 'time_weighted', per: 'toString' }, 'per_invalid'],
  [{ aggregation: 'time_weighted', per: 'day', seriesBy: [] }, 'series_by_invalid'],
  [{ aggregation: 'time_weighted', per: 'day', seriesBy: ['disk'] }, 'series_by_invalid'],
])('%j is refused: %s', (more, code) => {
  expect(readMeter({ ...input, ...more })).toMatchObject({ ok: false, code });
});

describe('the same meter again', () => {
  const filter = { all: [{ field: 'properties.region', op: 'eq', value: 'eu' }] };
  const stored = makeMeter(contentOf({ filter, dimensions: ['properties.a', 'properties.b'] }), 'eu-bytes', {
    ...{ sequence: 9, nowMs: 1 },
  });

  it.each<[Partial<MeterInput>, boolean]>([
    [{}, true],
    [{ dimensions: ['properties.b', 'properties.a'] }, true],
    [{ filter: { all: [{ value: 'eu', op: 'eq', field: 'properties.region' }] } }, true],
    [{ filter: { any: filter.all } }, false],
    [{ dimensions: ['properties.a'] }, false],
    [{ name: 'other' }, false],
    [{ aggregation: 'max' }, false],
    [{ service: 'Other' }, false],
  ])('%j: %s', (more, same) => {
    const asked = { filter, dimensions: ['properties.a', 'properties.b'], ...more };
    expect(sameMeter(stored, contentOf(asked))).toBe(same);
  });
});
