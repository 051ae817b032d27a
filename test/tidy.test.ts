/**
 * Holds the whole repository to STYLE.md: who may import whom, and the house rules that can be seen in the text.
 * Each rule is first shown something that breaks it, because a rule that cannot fail says nothing.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { functionLengthBreaches } from './tidy/function-length.ts';
import { importBreaches } from './tidy/import-rules.ts';
import { type Breach, makeSourceFile, readSourceFiles } from './tidy/source-file.ts';
import { lengthBreaches, nameBreaches, textBreaches, textRules } from './tidy/text-rules.ts';

const files = readSourceFiles(fileURLToPath(new URL('..', import.meta.url)));

function expectNone(breaches: readonly Breach[]): void {
  const lines = breaches.map(({ path, line, message }) => `${path}:${line}  ${message}`);
  expect(lines.join('\n')).toBe('');
}

describe('the repository', () => {
  test('is read at all', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  test('imports only what the list allows', () => {
    expectNone(importBreaches(files));
  });

  test('has no file over 300 lines', () => {
    expectNone(files.flatMap(lengthBreaches));
  });

  test('has no function over 70 lines', () => {
    expectNone(files.filter(({ isTest }) => !isTest).flatMap(functionLengthBreaches));
  });

  test('has names that say something, in kebab-case, and no barrels', () => {
    expectNone(files.flatMap(nameBreaches));
  });

  test.each(textRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expectNone(files.flatMap((file) => textBreaches(file, [rule])));
  });
});

const head = '/** What it is for. */\n';

describe('a rule sees what breaks it, and nothing else', () => {
  test.each<readonly [path: string, text: string, breaches: number]>([
    ['src/domain/a.ts', "import { b } from '../storage/usage-store.ts';", 1],
    ['src/domain/a.ts', "import { b } from '../money/decimal.ts';", 0],
    ['src/domain/a.ts', "import { readFile } from 'node:fs';", 1],
    ['src/domain/a.ts', "import type {\n  B,\n} from '../http/app.ts';", 1],
    ['src/domain/a.ts', "export type { B } from '../http/app.ts';", 1],
    ['src/domain/a.ts', "const b = await import('../http/app.ts');", 1],
    ['src/domain/a.ts', "// import { b } from '../http/app.ts';", 0],
    ['src/domain/a.test.ts', "import { b } from '../http/app.ts';", 0],
    ['src/storage/journal/a.ts', "import type { B } from '../usage-store.ts';", 0],
    ['src/storage/journal/a.ts', "import { b } from '../clickhouse/schema.ts';", 1],
    ['src/usecases/a.ts', "import { b } from '../storage/clickhouse/schema.ts';", 1],
    ['src/usecases/a.ts', "import { b } from '../storage/usage-store.ts';", 0],
    ['src/ingest/a.ts', "import { b } from '@countinghouse/client/wire';", 0],
    ['src/ingest/a.ts', "import { b } from '@countinghouse/client';", 1],
    ['src/ingest/a.ts', "import { b } from './b';", 1],
    ['src/simulator/oracle/a.ts', "import { b } from '../../money/decimal.ts';", 1],
    ['src/fresh/a.ts', "import { b } from '../money/decimal.ts';", 1],
    ['src/fresh/a.ts', "import { b } from 'kysely';", 1],
    ['packages/client/src/a.ts', "import { b } from 'node:fs';", 1],
    ['packages/client/src/wire/a.ts', "import { b } from '../options.ts';", 1],
  ])('imports: %s %s', (path, text, count) => {
    expect(importBreaches([makeSourceFile(path, text)], []).length).toBe(count);
  });

  test('imports: an exception that nothing uses is a breach itself', () => {
    const exception = { from: 'src/cli', to: 'src/domain', reason: 'shown' };
    const file = makeSourceFile('src/cli/a.ts', "import { b } from '../domain/b.ts';");
    expect(importBreaches([file], [exception])).toEqual([]);
    expect(importBreaches([], [exception]).length).toBe(1);
  });

  test.each<readonly [path: string, text: string, breaches: number]>([
    ['src/money/a.ts', 'const b = Number(c);', 1],
    ['src/money/a.ts', 'const b = c.toFixed(2) + Math.round(d) + parseFloat(e);', 3],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program's text, with a template in it.
    ['src/money/a.ts', "const b = `Number(1) ${'Number('}`; // Number(c)", 0],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program's text, with a template in it.
    ['src/money/a.ts', 'const b = `a ${Number(c)} b`;', 1],
    ['src/money/a.ts', 'const b = isNumber(c) && Number.isInteger(d);', 0],
    ['src/http/a.ts', 'const b = Number(c);', 0],
    ['src/http/a.ts', 'const b = process.env.HOME;', 1],
    ['src/config.ts', 'const b = process.env.HOME;', 0],
    ['src/http/a.ts', 'export default b;', 1],
    ['src/http/a.test.ts', "test.only('b', c);", 1],
    ['src/http/a.test.ts', "describe.concurrent.skip('b', c);", 1],
    ['src/http/a.test.ts', "it.skipIf(b)('c', d);", 0],
    ['src/http/a.ts', '// TODO: later', 1],
    ['src/http/a.ts', "const b = 'SELECT 1';", 1],
    ['src/http/a.ts', "const b = 'Select a customer';", 0],
    ['src/storage/records/a.ts', "const b = 'SELECT 1';", 0],
    ['src/http/a.ts', "const b = /['/*]/; // don't", 0],
  ])('text: %s %s', (path, text, count) => {
    expect(textBreaches(makeSourceFile(path, head + text)).length).toBe(count);
  });

  test.each<readonly [text: string, breaches: number]>([
    ['const a = 1;', 1],
    [head, 0],
    [`#!/usr/bin/env node\n${head}`, 0],
    ['// not a doc comment\n', 1],
  ])('opening comment: %j', (text, count) => {
    expect(textBreaches(makeSourceFile('src/http/a.ts', text)).length).toBe(count);
  });

  test.each<readonly [path: string, breaches: number]>([
    ['src/http/readBody.ts', 1],
    ['src/http/read_body.ts', 1],
    ['src/Http/read-body.ts', 1],
    ['src/http/body-utils.ts', 1],
    ['src/common/body.ts', 1],
    ['src/http/index.ts', 1],
    ['src/storage/records/migrations/0001-records.ts', 0],
    ['packages/client/src/wire/index.ts', 0],
    ['src/http/read-body.property.test.ts', 0],
  ])('names: %s', (path, count) => {
    expect(nameBreaches(makeSourceFile(path, head)).length).toBe(count);
  });

  test('length: a file of 301 lines', () => {
    expect(lengthBreaches(makeSourceFile('src/a.ts', '\n'.repeat(301))).length).toBe(1);
    expect(lengthBreaches(makeSourceFile('src/a.ts', '\n'.repeat(300)))).toEqual([]);
  });

  test.each<readonly [header: string, breaches: number]>([
    ['function a(b: string): Map<string, number> {', 1],
    ['const a = async ({ b }: C) => {', 1],
    ['class A { async b<T>(c: () => void): Promise<T> {', 1],
    ['class A { constructor(b: C) {', 1],
    ['if (a(b)) {', 0],
    ['for (const a of b()) {', 0],
    ['const a = {', 0],
    ['switch (a) {', 0],
  ])('length: %s … 71 lines', (header, count) => {
    const text = `${header}${'\n'.repeat(70)}}`;
    expect(functionLengthBreaches(makeSourceFile('src/a.ts', text)).length).toBe(count);
  });
});
