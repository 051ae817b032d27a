/**
 * How long functions are, estimated from braces: a block behind `=>` or behind a parameter list is a function's.
 * Object types as a return type hide the body behind them: the estimate errs by missing, never by inventing.
 */
import { type Breach, lineAt, type SourceFile } from './source-file.ts';

const notFunctions = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);
const linesMax = 70;

export function functionLengthBreaches({ path, code }: SourceFile): Breach[] {
  const open: number[] = [];
  const breaches: Breach[] = [];
  for (let at = 0; at < code.length; at += 1) {
    if (code[at] === '{') open.push(opensFunction(code, at) ? at : -1);
    if (code[at] !== '}') continue;
    const start = open.pop() ?? -1;
    if (start === -1) continue;
    const line = lineAt(code, start);
    const lines = lineAt(code, at) - line + 1;
    if (lines > linesMax)
      breaches.push({ path, line, message: `a function of ${lines} lines: split it (at most 50)` });
  }
  return breaches;
}

function opensFunction(code: string, at: number): boolean {
  const before = code.slice(Math.max(0, at - 2000), at).trimEnd();
  if (before.endsWith('=>')) return true;
  const parameters = /\)(?:\s*:[^;{}()=]*)?$/.exec(before);
  if (parameters === null) return false;
  const word = /([\w$#]+)\s*(?:<[^()]*>)?\s*$/.exec(before.slice(0, openingOf(before, parameters.index)));
  return word?.[1] !== undefined && !notFunctions.has(word[1]);
}

/** The parenthesis that the one at `closing` closes. */
function openingOf(code: string, closing: number): number {
  let depth = 0;
  for (let at = closing; at >= 0; at -= 1) {
    if (code[at] === ')') depth += 1;
    if (code[at] === '(') depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}
