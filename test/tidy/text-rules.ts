/** The house rules that a pattern can see: where each holds, what breaks it and what to write instead. */
import { posix } from 'node:path';
import { type Breach, lineAt, type SourceFile } from './source-file.ts';

export interface TextRule {
  readonly name: string;
  readonly holdsFor: (file: SourceFile) => boolean;
  readonly reads: 'text' | 'uncommented' | 'code';
  readonly forbidden: RegExp;
  /** What to do instead. */
  readonly instead: string;
}

/** Places where a number call is right, each with its reason. */
const numberCalls: readonly { readonly path: string; readonly call: string; readonly reason: string }[] = [];

const isExact = (path: string): boolean => /^src\/(money|domain|storage|usecases)\//.test(path);
const isNumberCallAllowed = (path: string): boolean => numberCalls.some((one) => one.path === path);
const readsEnvironment = /^(src\/config\.ts|packages\/client\/src\/read-options\.ts|bin\/.*)$/;
const isAdapter = (path: string): boolean => /^src\/storage\/[^/]+\//.test(path);
const isTidy = (path: string): boolean => /^test\/tidy(\/|\.test\.ts)/.test(path);
const isProduct = ({ path, isTest }: SourceFile): boolean => !isTest && /^(src|packages)\//.test(path);

export const textRules: readonly TextRule[] = [
  {
    name: 'quantities and money never become binary floats',
    holdsFor: ({ path, isTest }) => isExact(path) && !isTest && !isNumberCallAllowed(path),
    reads: 'code',
    forbidden: /\b(?:parseFloat|Number)\s*\(|\bMath\.round\s*\(|\.toFixed\s*\(/g,
    instead:
      'keep the decimal a string or a bigint (src/money); list a true count in test/tidy/text-rules.ts',
  },
  {
    name: 'only config.ts reads the environment',
    holdsFor: (file) => isProduct(file) && !readsEnvironment.test(file.path),
    reads: 'code',
    forbidden: /\bprocess\??\.env\b/g,
    instead: 'read it in src/config.ts and pass it in',
  },
  {
    name: 'exports are named',
    // A .d.ts describes somebody else's package, as it is.
    holdsFor: ({ path }) => !path.endsWith('.d.ts'),
    reads: 'code',
    forbidden: /\bexport\s+default\b|\bmodule\.exports\b/g,
    instead: 'export it by its name',
  },
  {
    name: 'no test is skipped, narrowed or only promised',
    holdsFor: ({ isTest }) => isTest,
    reads: 'code',
    forbidden: /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/g,
    instead: 'run it, or delete it',
  },
  {
    name: 'nothing is left for later in a comment',
    holdsFor: ({ path }) => !isTidy(path),
    reads: 'text',
    forbidden: /\b(?:TODO|FIXME)\b/g,
    instead: 'do it now, or write down in docs/ what is missing',
  },
  {
    name: 'SQL stands in the storage adapters only',
    holdsFor: (file) => isProduct(file) && !isAdapter(file.path),
    reads: 'uncommented',
    forbidden:
      /['"`]\s*(?:SELECT\s|INSERT INTO\s|UPDATE \w+ SET\s|DELETE FROM\s|(?:CREATE|ALTER|DROP) TABLE\s)/g,
    instead: 'ask through a port of src/storage',
  },
  {
    name: 'every module opens with what it is for',
    holdsFor: isProduct,
    reads: 'text',
    forbidden: /^(?!(?:#![^\n]*\n|\/\/ @ts-check\n|\s)*\/\*\*)/g,
    instead: 'open it with a /** comment */ that says what it is for and what it does not do',
  },
];

export function textBreaches(file: SourceFile, rules: readonly TextRule[] = textRules): Breach[] {
  return rules
    .filter((rule) => rule.holdsFor(file))
    .flatMap((rule) =>
      [...file[rule.reads].matchAll(rule.forbidden)].map((match) => ({
        path: file.path,
        line: lineAt(file[rule.reads], match.index),
        message: `${match[0].trim() || rule.name}: ${rule.instead}`,
      })),
    );
}

const linesMax = 300;

export function lengthBreaches({ path, text }: SourceFile): Breach[] {
  const lines = text.split('\n').length - 1;
  return lines > linesMax
    ? [{ path, line: linesMax + 1, message: `${lines} lines: split it (at most ${linesMax})` }]
    : [];
}

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const sayNothing = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'manager',
  'misc',
  'v2',
  'stuff',
]);
const publicEntries = /^packages\/[^/]+\/src\/(wire\/)?index\.tsx?$/;

export function nameBreaches({ path }: SourceFile): Breach[] {
  const parts = path.split('/');
  const breach = (message: string): Breach => ({ path, line: 1, message });
  const unkempt = parts.filter((part) => !kebab.test(part));
  const empty = parts.flatMap((part) => part.split(/[-.]/)).filter((word) => sayNothing.has(word));
  const isBarrel =
    posix.basename(path).startsWith('index.') && !publicEntries.test(path) && path.startsWith('src/');
  return [
    ...unkempt.map((part) => breach(`'${part}' is not kebab-case: write it in lower case with hyphens`)),
    ...empty.map((word) => breach(`'${word}' says nothing: name the file after the idea in it`)),
    ...(isBarrel ? [breach('a barrel: import from the file itself')] : []),
  ];
}
