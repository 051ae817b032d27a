/** How a command that failed is told: one line with all causes, and the exit code. No stack: it is not a bug report. */
import type { Terminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  return error.cause === undefined ? error.message : `${error.message} (${messageOf(error.cause)})`;
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
