import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readServiceList } from './read-service-list.ts';

test.each([
  ['0.10', '0.1'],
  ['15.0', '15'],
  ['0', '0'],
  ['12345678901234567.000000000001', '12345678901234567.000000000001'],
  ['"00.50"', '0.5'],
  ['"12345678901234567890123456.123456789012"', '12345678901234567890123456.123456789012'],
])('the rate %s is exactly %s', (written, rate) => {
  const { services, problems } = readServiceList(`[{ "name": "S", "rate": ${written} }]`);
  expect(problems).toEqual([]);
  expect(services).toEqual([{ index: 0, id: 'S', name: 'S', rate }]);
});

test('any decimal of up to 26 and 12 digits is read without loss, as a number and as a string', () => {
  const decimal = fc.stringMatching(/^[1-9]\d{0,25}\.\d{0,11}[1-9]$/);
  fc.assert(
    fc.property(decimal, (rate) => {
      for (const written of [rate, `"${rate}"`]) {
        expect(readServiceList(`[{"name":"S","rate":${written}}]`).services[0]?.rate).toBe(rate);
      }
    }),
  );
});

test('good entries are kept and bad ones named by position', () => {
  const { services, problems } = readServiceList(`[
    { "name": "CloudStorage", "rate": 0.10, "unit": "GB-month", "currency": "EUR" },
    { "name": "Negative", "rate": -1 },
    { "name": "Exponent", "rate": 1e-2 },
    { "name": "TooFine", "rate": 0.0000000000001 },
    { "name": "NoRate" },
    { "rate": 1 },
    { "name": 5, "rate": 1 },
    { "name": "", "rate": 1 },
    { "name": "Null", "rate": null },
    { "name": "Unit", "rate": 1, "unit": 7 },
    { "name": "Typo", "rate": 1, "untis": "x" },
    { "name": "CloudStorage", "rate": 2 },
    7, null, [], "text",
    { "name": "Last", "rate": "1" }
  ]`);
  expect(services).toEqual([
    { index: 0, id: 'CloudStorage', name: 'CloudStorage', rate: '0.1', unit: 'GB-month', currency: 'EUR' },
    { index: 16, id: 'Last', name: 'Last', rate: '1' },
  ]);
  expect(problems.map(({ index, reason }) => `${index}: ${reason}`)).toMatchInlineSnapshot(`
    [
      "1: rate is negative",
      "2: rate is not a plain decimal (at most 26 digits before the point, 12 after it)",
      "3: rate is not a plain decimal (at most 26 digits before the point, 12 after it)",
      "4: rate missing",
      "5: name missing",
      "6: name is not a text",
      "7: name must not be empty",
      "8: rate is not a plain decimal (at most 26 digits before the point, 12 after it)",
      "9: unit is not a text",
      "10: "untis" is unknown",
      "11: duplicate: same name as entry 1",
      "12: not an object with "name" and "rate"",
      "13: not an object with "name" and "rate"",
      "14: not an object with "name" and "rate"",
      "15: not an object with "name" and "rate"",
    ]
  `);
});

test.each([
  ['', /not JSON/],
  ['[{]', /not JSON/],
  ['{"name":"S","rate":1}', /not a list/],
  ['[{"name":"S","rate":1,"rate":2}]', /Duplicate key/i],
  ['['.repeat(100_000), /not JSON/],
])('text that is no list is one problem with the whole', (text, reason) => {
  const { services, problems } = readServiceList(text);
  expect(services).toEqual([]);
  expect(problems).toEqual([{ index: null, reason: expect.stringMatching(reason) }]);
});
