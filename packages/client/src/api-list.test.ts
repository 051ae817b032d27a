/** The documents name everything: methods, exports of the wire, options and their environment variables. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BillingClient } from './billing-client.ts';
import { BillingReader } from './billing-reader.ts';
import * as wire from './wire/index.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const methodsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

test('api.md lists every method and everything the wire exports', () => {
  const listed = [...read('api.md').matchAll(/^\| `([\w.[\]]+)\(|`(\w+)(?:\(|`)/gm)].map(
    ([, method, name]) => method ?? name,
  );
  const methods = [...methodsOf(BillingClient.prototype), ...methodsOf(BillingReader.prototype)];
  expect(methods.length).toBeGreaterThan(20);
  for (const name of [...methods, ...Object.keys(wire)]) expect(listed).toContain(name);
  const rows = [...read('api.md').matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name);
  expect(rows.filter((name) => !methods.includes(name as string))).toEqual([]);
});

test('the README lists every option, with its environment variable where it has one', () => {
  const options = read('src/options.ts').split('/** Every option, checked')[0] as string;
  const variables = options.match(/COUNTINGHOUSE_[A-Z_]+/g) as string[];
  const readme = read('README.md');
  expect(new Set(variables).size).toBeGreaterThan(12);
  for (const variable of variables) expect(readme).toContain(`\`${variable}\``);
  const names = [...options.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name as string);
  for (const name of names.filter((one) => !['spool', 'batch', 'retry'].includes(one))) {
    expect(readme).toMatch(new RegExp(`\\| \`(\\w+\\.)?${name}\` `));
  }
});
