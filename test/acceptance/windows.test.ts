/** However time is cut, the pieces add up: windows, zones and daylight saving lose nothing and count nothing twice. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested, UsageBody } from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const zone = 'America/New_York';

/** Three local days around each change of the clocks in New York. */
const changes = {
  spring: { from: '2025-03-08T05:00:00.000Z', to: '2025-03-11T04:00:00.000Z', hours: [24, 23, 24] },
  autumn: { from: '2025-11-01T04:00:00.000Z', to: '2025-11-04T05:00:00.000Z', hours: [24, 25, 24] },
} as const;

interface Sample {
  readonly timeMs: number;
  /** In thousandths. */
  readonly units: bigint;
}

/** Off the minute, and at both ends of each day and of the hour that is skipped or comes twice. */
function samplesOf({ from, to }: { from: string; to: string }): Sample[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const times: number[] = [];
  for (let at = start; at < end; at += 11 * minuteMs + 7_001) times.push(at);
  for (let hour = start; hour < end; hour += hourMs) times.push(hour, hour + hourMs - 1);
  return times.map((timeMs, at) => ({ timeMs, units: BigInt(1 + ((at * 37) % 1999)) }));
}

const samples = { spring: samplesOf(changes.spring), autumn: samplesOf(changes.autumn) };

beforeAll(async () => {
  for (const season of ['spring', 'autumn'] as const) {
    const events = samples[season].map(({ timeMs, units }, at) => ({
      source: season,
      id: `${at}`,
      customer_id: 'clocks',
      service: season,
      time: new Date(timeMs).toISOString(),
      quantity: decimalText(units, 3),
    }));
    const { body } = await api.post<Ingested>('/v1/events', events);
    expect(body.accepted).toBe(events.length);
  }
});

type Season = keyof typeof changes;

async function ask(season: Season, query: Record<string, string>): Promise<UsageBody['rows']> {
  const { from, to } = changes[season];
  const answer = await api.get<UsageBody>(pathOf(['v1', 'usage'], { service: season, from, to, ...query }));
  expect(answer.status, answer.text).toBe(200);
  return answer.body.rows;
}

function sumOf(rows: UsageBody['rows']): { units: bigint; events: number } {
  return rows.reduce(
    (sum, { quantity, events }) => ({
      units: sum.units + unitsOf(quantity, 3),
      events: sum.events + events,
    }),
    { units: 0n, events: 0 },
  );
}

function expected(all: readonly Sample[]): { units: bigint; events: number } {
  return { units: all.reduce((sum, { units }) => sum + units, 0n), events: all.length };
}

const windows = ['minute', '15minute', 'hour', '5hour', 'day', '2day', 'week', '2week', 'month', 'year'];
const zones = ['UTC', zone, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Kiritimati'];

describe.each(['spring', 'autumn'] as const)('over the change of the clocks in %s', (season) => {
  it('the total is the sum of all events', async () => {
    expect(sumOf(await ask(season, {}))).toEqual(expected(samples[season]));
  });

  it.each(windows)(
    'the windows of a %s add up to the total in every zone, without overlap',
    async (window) => {
      const { from, to } = changes[season];
      for (const timeZone of zones) {
        const rows = await ask(season, { window, time_zone: timeZone });
        expect(sumOf(rows)).toEqual(expected(samples[season]));
        rows.forEach((row, at) => {
          expect(row.window_start < row.window_end).toBe(true);
          expect(row.window_start >= (rows[at - 1]?.window_end ?? from)).toBe(true);
          expect(row.window_end <= to).toBe(true);
        });
      }
    },
  );

  it('each local day holds exactly the events whose local date it is, for as many hours as it has', async () => {
    const rows = await ask(season, { window: 'day', time_zone: zone });
    const dateOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
    expect(rows).toHaveLength(3);
    const hours = rows.map((row) => (Date.parse(row.window_end) - Date.parse(row.window_start)) / hourMs);
    expect(hours).toEqual(changes[season].hours);
    for (const row of rows) {
      const date = dateOf.format(Date.parse(row.window_start));
      const inDate = samples[season].filter(({ timeMs }) => dateOf.format(timeMs) === date);
      expect(sumOf([row])).toEqual(expected(inDate));
    }
  });

  it('each window of an hour or a quarter holds exactly the events of its span', async () => {
    for (const window of ['hour', '15minute']) {
      for (const row of await ask(season, { window, time_zone: zone })) {
        const [start, end] = [Date.parse(row.window_start), Date.parse(row.window_end)];
        const within = samples[season].filter(({ timeMs }) => timeMs >= start && timeMs < end);
        expect(sumOf([row])).toEqual(expected(within));
      }
    }
  });

  it('the hours of the changed day are as many as it has', async () => {
    const rows = await ask(season, { window: 'hour', time_zone: zone });
    const byDay = changes[season].hours.reduce((sum, hours) => sum + hours, 0);
    expect(rows).toHaveLength(byDay);
    expect(new Set(rows.map(({ window_start: start }) => start)).size).toBe(byDay);
  });
});

it('first and last windows are cut to the span, and empty ones are left out', async () => {
  const from = '2025-03-08T12:30:00.000Z';
  const to = '2025-03-08T14:10:00.000Z';
  const rows = await ask('spring', { from, to, window: 'hour' });
  expect(rows.map((row) => [row.window_start, row.window_end])).toEqual([
    ['2025-03-08T12:30:00.000Z', '2025-03-08T13:00:00.000Z'],
    ['2025-03-08T13:00:00.000Z', '2025-03-08T14:00:00.000Z'],
    ['2025-03-08T14:00:00.000Z', '2025-03-08T14:10:00.000Z'],
  ]);
  const around = await ask('spring', {
    from: '2025-01-01T00:00:00Z',
    to: '2025-06-01T00:00:00Z',
    window: 'month',
  });
  expect(around.map((row) => row.window_start)).toEqual(['2025-03-01T00:00:00.000Z']);
});

it('the events of a group are counted in its windows alone', async () => {
  const query = {
    from: '2025-01-01T00:00:00Z',
    to: '2026-01-01T00:00:00Z',
    window: 'month',
    group_by: 'service',
  };
  const answer = await api.get<UsageBody>(pathOf(['v1', 'usage'], { customer_id: 'clocks', ...query }));
  expect(answer.body.rows.map((row) => [row.window_start, row.service, row.events])).toEqual([
    ['2025-03-01T00:00:00.000Z', 'spring', samples.spring.length],
    ['2025-11-01T00:00:00.000Z', 'autumn', samples.autumn.length],
  ]);
});

it('without a time zone the windows are those of the customer that is named', async () => {
  expect((await api.put('/v1/customers/clocks', { name: 'Clocks', time_zone: zone })).status).toBe(201);
  const named = await api.get<UsageBody>(
    pathOf(['v1', 'usage'], {
      customer_id: 'clocks',
      window: 'day',
      from: changes.spring.from,
      to: changes.spring.to,
    }),
  );
  expect(named.body.time_zone).toBe(zone);
  expect(named.body.rows).toHaveLength(3);
  const unnamed = await api.get<UsageBody>('/v1/usage');
  expect(unnamed.body.time_zone).toBe('UTC');
});
