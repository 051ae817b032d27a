import { describe, expect, it } from 'vitest';
import { runClose } from './close.ts';
import type { ImportParts } from './import-parts.ts';
import { makeTerminal } from './terminal.ts';
import { runVerify } from './verify.ts';

type Answer = { status: number; body: unknown };

function makeParts(answers: Answer[]) {
  const requests: string[] = [];
  const printed: string[] = [];
  const terminal = makeTerminal({ write: (text: string) => printed.push(text) });
  const parts: ImportParts = {
    connect: async () => ({
      async request(method, path, body) {
        requests.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
        const answer = answers.shift();
        if (!answer) throw new Error('one request too many');
        return answer;
      },
      close: async () => {},
    }),
    nowMs: () => 0,
    output: terminal,
    errors: terminal,
  };
  return { parts, requests, text: () => printed.join('') };
}

const group = (closed: number, next: string | null, refused: object[] = []): Answer => ({
  status: 200,
  body: { closed, closed_before: 1, refused, next_after: next },
});
const running = () => false;

describe('close', () => {
  it('goes on where the group before ended, and adds up', async () => {
    const { parts, requests, text } = makeParts([group(500, 'm'), group(20, null)]);
    expect(await runClose(['--period', '2026-10'], parts, running)).toBe(0);
    expect(requests).toEqual([
      'POST /v1/statements {"period":"2026-10"}',
      'POST /v1/statements {"period":"2026-10","after":"m"}',
    ]);
    expect(text()).toContain('closed 520, closed before 2, refused 0');
  });

  it('names who could not be closed, and exits 1', async () => {
    const refused = [{ customer_id: 'acme', code: 'period_not_over', detail: 'it ends later' }];
    const { parts, text } = makeParts([group(1, null, refused)]);
    expect(await runClose(['--period', '2026-10'], parts, running)).toBe(1);
    expect(text()).toContain('acme: it ends later (period_not_over)');
  });

  it('stops between groups when it is asked to, and says how to go on', async () => {
    let stopped = false;
    const { parts, requests, text } = makeParts([group(5, 'm'), group(5, null)]);
    const request = parts.connect;
    const stopping = {
      ...parts,
      connect: async (options: object) => {
        const api = await request(options);
        return {
          ...api,
          request: (...sent: Parameters<typeof api.request>) => {
            stopped = true;
            return api.request(...sent);
          },
        };
      },
    };
    expect(await runClose(['--period', '2026-10'], stopping, () => stopped)).toBe(1);
    expect(requests).toHaveLength(1);
    expect(text()).toContain('run it again');
  });

  it('of one customer closes that one', async () => {
    const { parts, requests } = makeParts([{ status: 201, body: {} }]);
    expect(await runClose(['--period', '2026-10', '--customer', 'a/b'], parts, running)).toBe(0);
    expect(requests).toEqual(['POST /v1/customers/a%2Fb/statements {"period":"2026-10"}']);
  });

  it.each([[['--period', '2026']], [[]], [['--period', '2026-10', '--data', 'd', '--url', 'http://x']]])(
    '%j is wrong usage',
    async (args) => {
      await expect(runClose(args, makeParts([]).parts, running)).rejects.toThrow();
    },
  );
});

const page = (verified: number, cursor: string | null, difference: object | null = null): Answer => ({
  status: 200,
  body: { verified, difference, next_cursor: cursor },
});

describe('verify', () => {
  it('goes through all pages and says OK', async () => {
    const { parts, requests, text } = makeParts([page(500, 'abc'), page(1, null)]);
    expect(await runVerify(['--customer', 'acme', '--period', '2026-10'], parts)).toBe(0);
    expect(requests[1]).toBe('GET /v1/verification?period=2026-10&customer_id=acme&limit=500&cursor=abc');
    expect(text()).toContain('OK: 501 statements agree');
  });

  it('does not call it OK when nothing is of the customer that was named', async () => {
    const { parts, text } = makeParts([page(0, null)]);
    expect(await runVerify(['--customer', 'acmee'], parts)).toBe(1);
    expect(text()).toContain('nothing was verified');
    const { parts: all } = makeParts([page(0, null)]);
    expect(await runVerify([], all)).toBe(0);
  });

  it('stops at the first difference, names it and exits 1', async () => {
    const difference = {
      statement: 'acme:2026-10',
      path: 'lines[0].amount',
      stored: '1.00',
      recomputed: '2.00',
    };
    const { parts, requests, text } = makeParts([page(3, 'abc', difference)]);
    expect(await runVerify([], parts)).toBe(1);
    expect(requests).toHaveLength(1);
    expect(text()).toContain('DIFFERENCE in acme:2026-10 at lines[0].amount');
    expect(text()).toContain('recomputed: "2.00"');
  });
});
