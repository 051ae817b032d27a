/** How a command that failed is told: one line with all causes, and the exit code. No stack: it is not a bug report. */
import type { Terminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

/** The error's message and its causes', each said once: some messages quote their causes already. */
function messageOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    const text = at instanceof Error ? at.message : `${at}`;
    if (!parts.some((part) => part.includes(text))) parts.push(text);
  }
  const [first = '', ...causes] = parts;
  return causes.length === 0 ? first : `${first} (${causes.join(': ')})`;
}

function isWrongUsage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? `${error.code}` : '';
  return error instanceof WrongUsage || code.startsWith('ERR_PARSE_ARGS');
}

/** 2 when the arguments were wrong, else 1. */
export function reportFailure(command: string, error: unknown, errors: Terminal): number {
  errors.print(`countinghouse ${command}: ${messageOf(error)}`);
  if (!isWrongUsage(error)) return 1;
  errors.print(`See: countinghouse ${command} --help`);
  return 2;
}
