import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { reportFailure } from './report-failure.ts';
import { makeTerminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

function report(error: unknown) {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  return { code: reportFailure('simulate', error, makeTerminal({ write })), text };
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('trouble is told with its causes, and ends with 1', () => {
  const cause = new Error('connect ECONNREFUSED');
  expect(report(new Error('no answer', { cause }))).toEqual({
    code: 1,
    text: 'countinghouse simulate: no answer (connect ECONNREFUSED)\n',
  });
});

test('a cause that the message quotes already is not told twice', () => {
  const root = new Error('connect ECONNREFUSED');
  const middle = new Error('gave up: connect ECONNREFUSED', { cause: root });
  expect(report(new Error('no server', { cause: middle })).text).toBe(
    'countinghouse simulate: no server (gave up: connect ECONNREFUSED)\n',
  );
});

test.each([
  ['a bad value', new WrongUsage('--seed must be a whole number')],
  ['an unknown flag', errorOf(() => parseArgs({ args: ['--nope'], options: {} }))],
  ['an argument too many', errorOf(() => parseArgs({ args: ['x'], options: {} }))],
])('%s ends with 2 and points to the help', (_name, error) => {
  const { code, text } = report(error);
  expect(code).toBe(2);
  expect(text).toContain('See: countinghouse simulate --help');
});
