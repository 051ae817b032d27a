import { expect, test } from 'vitest';
import { type Condition, meets, propertiesOf, readProperty } from './conditions.ts';

const properties = 'note="a=b"\nregion="eu-west-1"\nsize=7.5\nurgent=true';

test('properties are read with their types', () => {
  expect([...propertiesOf(properties)]).toEqual([
    ['note', '"a=b"'],
    ['region', '"eu-west-1"'],
    ['size', '7.5'],
    ['urgent', 'true'],
  ]);
  expect([...propertiesOf('')]).toEqual([]);
});

const of = (name: string, op: string, value?: unknown) =>
  ({ field: `properties.${name}`, op, ...(value === undefined ? {} : { value }) }) as Condition;

test.each<[condition: Condition, expected: boolean]>([
  [of('region', 'exists'), true],
  [of('plan', 'exists'), false],
  [of('region', 'eq', 'eu-west-1'), true],
  [of('size', 'eq', '7.5'), false],
  [of('size', 'eq', 7.5), true],
  [of('urgent', 'eq', true), true],
  [of('urgent', 'eq', 'true'), false],
  [of('region', 'in', ['us-east-1', 'eu-west-1']), true],
  [of('region', 'in', []), false],
  [of('region', 'prefix', 'eu-'), true],
  [of('region', 'prefix', 'us-'), false],
  [of('size', 'prefix', '7'), false],
  [of('size', 'lt', 7.5), false],
  [of('size', 'lte', 7.5), true],
  [of('size', 'gt', 7.5), false],
  [of('size', 'gte', 7.5), true],
  [of('size', 'lt', 8), true],
  [of('region', 'gte', 1), false],
  [of('plan', 'lt', 1), false],
  [{ all: [of('size', 'gt', 1), of('region', 'prefix', 'us-')] }, false],
  [{ any: [of('size', 'gt', 1), of('region', 'prefix', 'us-')] }, true],
  [{ all: [] }, true],
  [{ any: [] }, false],
])('%j is %s', (condition, expected) => {
  expect(meets(condition, readProperty(properties))).toBe(expected);
});
