import { expect, test } from 'vitest';
import { progressPrinter } from './simulation-text.ts';
import { makeTerminal } from './terminal.ts';

function record(isTTY: boolean) {
  const written: string[] = [];
  return { written, terminal: makeTerminal({ isTTY, write: (text) => written.push(text) }) };
}

test('a terminal rewrites its status in place, and a line replaces it', () => {
  const { written, terminal } = record(true);
  terminal.status('1 of 2');
  terminal.status('2 of 2');
  terminal.print('done');
  terminal.print('bye');
  expect(written).toEqual(['\r\x1b[K1 of 2', '\r\x1b[K2 of 2', '\r\x1b[Kdone\n', 'bye\n']);
});

test('without a terminal there are plain lines, and progress is told every tenth of the way', () => {
  const { written, terminal } = record(false);
  const onProgress = progressPrinter(terminal);
  for (let usage = 10; usage <= 2000; usage += 10) {
    onProgress({ usage, usageTotal: 2000, sent: usage + 5, perSecond: 1234, secondsLeft: 7 });
  }
  expect(written).toHaveLength(10);
  expect(written[0]).toBe('Sent 205: 200 of 2,000 usage events, 1,234/s, 7 s left\n');
  expect(written.at(-1)).toBe('Sent 2,005: 2,000 of 2,000 usage events, 1,234/s\n');
});
