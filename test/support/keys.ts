/** API keys as an operator makes them: with the command, on a data folder or through the server that holds it. */
import { expect } from 'vitest';
import { runProgram } from './server-process.ts';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** `countinghouse keys …`, to its end. */
export async function runKeys(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const program = runProgram(['keys', ...args], environment);
  const { code } = await program.exited;
  return { code, output: program.output(), errors: program.errors() };
}

/** The key that a command printed: the last line of its output, alone. */
export function keyIn({ code, output, errors }: Ended): string {
  expect([code, errors.includes('\n    at ')], errors).toEqual([0, false]);
  const key = output.trimEnd().split('\n').at(-1) ?? '';
  expect(key).toMatch(/^chk_[0-9A-Za-z]{39}$/);
  return key;
}

export async function createKey(data: string, name: string, ...options: string[]): Promise<string> {
  return keyIn(await runKeys(['create', '--name', name, ...options, '--data', data]));
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
