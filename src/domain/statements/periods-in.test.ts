import { describe, expect, it } from 'vitest';
import type { CloseStamp } from './close-stamp.ts';
import type { PeriodChain } from './period-chain.ts';
import { periodsIn } from './periods-in.ts';

const at = (text: string) => Date.parse(text);
const close = (period: string, from: string, to: string, watermark: number): CloseStamp => ({
  ...{ customerId: 'acme', period, fromMs: at(from), toMs: at(to), watermark, sequence: watermark + 1 },
});
const chain = (zone: string, closes: readonly CloseStamp[] = []): PeriodChain => ({
  ...{ closes, zone, firstZone: 'UTC', earliestEventMs: null },
});

const shown = (of: PeriodChain, from: string, to: string) =>
  periodsIn(of, at(from), at(to)).map(
    ({ period, close: known }) =>
      `${period.name} ${new Date(period.fromMs).toISOString().slice(0, 16)} ${known?.watermark ?? 'open'}`,
  );

describe('the periods that touch a span', () => {
  it('are months of the zone while nothing is closed', () => {
    expect(shown(chain('America/New_York'), '2026-03-15T00:00Z', '2026-05-01T04:00Z')).toEqual([
      '2026-03 2026-03-01T05:00 open',
      '2026-04 2026-04-01T04:00 open',
    ]);
  });

  it('are before the chain, closed, and open behind it', () => {
    const closes = [
      close('2026-02', '2026-02-01T00:00Z', '2026-03-01T00:00Z', 5),
      close('2026-03', '2026-03-01T00:00Z', '2026-04-01T00:00Z', 9),
    ];
    expect(shown(chain('UTC', closes), '2026-01-31T23:59Z', '2026-05-01T00:00Z')).toEqual([
      '2026-01 2026-01-01T00:00 5',
      '2026-02 2026-02-01T00:00 5',
      '2026-03 2026-03-01T00:00 9',
      '2026-04 2026-04-01T00:00 open',
    ]);
    expect(shown(chain('UTC', closes), '2026-06-10T00:00Z', '2026-06-11T00:00Z')).toEqual([
      '2026-06 2026-06-01T00:00 open',
    ]);
  });

  it('tile the span when the zone changed after the close, in either direction', () => {
    const closes = [close('2026-03', '2026-03-01T00:00Z', '2026-04-01T00:00Z', 9)];
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Marquesas']) {
      const periods = periodsIn(chain(zone, closes), at('2026-03-20T00:00Z'), at('2026-06-20T00:00Z'));
      expect(periods.map(({ period }) => period.name)).toEqual(['2026-03', '2026-04', '2026-05', '2026-06']);
      for (const [index, { period }] of periods.entries()) {
        const next = periods[index + 1];
        if (next) expect(next.period.fromMs).toBe(period.toMs);
      }
    }
  });
});
