/**
 * The repository's source files as the tidy rules read them: as written, without comments, and without the
 * contents of strings. A scanner by characters, no parser: it knows just enough to tell code from text.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** `text` with comments blanked; lines and columns stay. */
  readonly uncommented: string;
  /** Besides, the contents of strings, templates and regular expressions blanked. */
  readonly code: string;
  /** Tests and what only tests use: exempt from the import list. */
  readonly isTest: boolean;
}

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export function makeSourceFile(path: string, text: string): SourceFile {
  const isTest = /\.(test|contract)\.ts$/.test(path) || /(^|\/)(test|testing)\//.test(path);
  return { path, text, ...blank(text), isTest };
}

const roots = ['src', 'packages', 'test', 'bench', 'bin', 'scripts', 'examples'];
const passedOver = new Set(['node_modules', 'dist', 'coverage']);

export function readSourceFiles(root: string): SourceFile[] {
  const present = roots.filter((folder) => existsSync(join(root, folder)));
  const paths = present.flatMap((folder) => listPaths(root, folder));
  return paths
    .filter((path) => /\.([cm]?[jt]s|tsx)$/.test(path))
    .map((path) => makeSourceFile(path, readFileSync(join(root, path), 'utf8')));
}

function listPaths(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, encoding: 'utf8' });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return passedOver.has(entry.name) ? [] : listPaths(root, path);
  });
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A piece of text that is one thing: a comment, a string, a part of a template, or a regular expression. */
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const templatePart = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** What a division cannot stand behind: there, a slash begins a regular expression. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|await|throw|void))\s*$/;

function blank(text: string): { uncommented: string; code: string } {
  const uncommented = [...text];
  const code = [...text];
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const take = (pattern: RegExp, from = at): number => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex : from;
  };
  const blankUntil = (end: number, ...targets: string[][]): void => {
    for (; at < end; at += 1) for (const target of targets) if (text[at] !== '\n') target[at] = ' ';
  };
  const template = (): void => {
    const end = take(templatePart, at + 1);
    if (text[end - 1] === '{') templates.push(depth);
    blankUntil(Math.max(end, at + 1), code);
  };
  while (at < text.length) {
    const char = text[at];
    const isSlash = char === '/';
    if (isSlash && take(comment) > at) blankUntil(take(comment), uncommented, code);
    else if (isSlash && take(regex) > at && beforeRegex.test(lineBefore(code, at)))
      blankUntil(take(regex), code);
    else if ((char === "'" || char === '"') && take(quoted) > at) blankUntil(take(quoted), code);
    else if (char === '`') template();
    else if (char === '}' && templates.at(-1) === depth) {
      templates.pop();
      template();
    } else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      at += 1;
    }
  }
  return { uncommented: uncommented.join(''), code: code.join('') };
}

/** The last bit of code before `at`, over line ends: enough to see what a slash follows. */
function lineBefore(code: readonly string[], at: number): string {
  return code
    .slice(Math.max(0, at - 200), at)
    .join('')
    .trimEnd();
}
