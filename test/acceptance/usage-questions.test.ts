/** How much was used: filters, groups, spans and formats of /v1/usage, each against sums made here (DESIGN.md 3.4). */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested, Refused, UsageBody } from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const events = Array.from({ length: 120 }, (_, at) => ({
  source: at % 2 === 0 ? 'edge' : 'core',
  id: `q-${at}`,
  customer_id: `q-${at % 3}`,
  service: at % 4 === 0 ? 'Storage' : 'Requests',
  time: `2025-10-${String(1 + (at % 30)).padStart(2, '0')}T0${at % 10}:00:00.000Z`,
  quantity: `${at}.${at % 7}5`,
  properties: {
    ...(at % 5 !== 0 && { region: at % 5 === 1 ? 'eu' : 'us' }),
    level: at % 2 === 0 ? 1 : '1',
    ...(at % 3 === 0 && { spot: at % 2 === 0 }),
  },
}));
type Event = (typeof events)[number];

beforeAll(async () => {
  const { body } = await api.post<Ingested>('/v1/events', events);
  expect(body.accepted).toBe(events.length);
});

async function ask(query: Record<string, string>): Promise<UsageBody> {
  const answer = await api.get<UsageBody>(pathOf(['v1', 'usage'], { ...span, ...query }));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const keyOf = (event: Event, key: string) => {
  if (key === 'customer_id' || key === 'service' || key === 'source') return event[key];
  const properties: Record<string, string | number | boolean> = event.properties;
  return properties[key.slice('properties.'.length)] ?? null;
};

/** Sums by the keys, as sorted texts, so that order and types are compared too. */
function grouped(chosen: readonly Event[], keys: readonly string[]): string[] {
  const groups = new Map<string, { units: bigint; events: number }>();
  for (const event of chosen) {
    const key = JSON.stringify(keys.map((name) => keyOf(event, name)));
    const before = groups.get(key) ?? { units: 0n, events: 0 };
    groups.set(key, { units: before.units + unitsOf(event.quantity, 2), events: before.events + 1 });
  }
  return [...groups].map(([key, { units, events: n }]) => `${key} ${decimalText(units, 2)} ${n}`).sort();
}

function answered({ rows }: UsageBody, keys: readonly string[]): string[] {
  return rows
    .map((row) => `${JSON.stringify(keys.map((key) => row[key]))} ${row.quantity} ${row.events}`)
    .sort();
}

it.each([
  [[]],
  [['customer_id']],
  [['service']],
  [['source']],
  [['properties.region']],
  [['properties.level']],
  [['properties.spot']],
  [['properties.nowhere']],
  [['customer_id', 'service']],
  [['service', 'customer_id', 'source']],
  [['properties.region', 'properties.level', 'properties.spot', 'source', 'service']],
])('grouped by %j the rows are the sums, one a group, property types kept', async (keys) => {
  const body = await ask(keys.length === 0 ? {} : { group_by: keys.join(',') });
  expect(answered(body, keys)).toEqual(grouped(events, keys));
});

it.each([
  [{ customer_id: 'q-1' }, (event: Event) => event.customer_id === 'q-1'],
  [{ service: 'Storage' }, (event: Event) => event.service === 'Storage'],
  [{ meter: 'Storage' }, (event: Event) => event.service === 'Storage'],
  [{ service: 'Storage', meter: 'Storage' }, (event: Event) => event.service === 'Storage'],
  [{ source: 'edge' }, (event: Event) => event.source === 'edge'],
  [
    { customer_id: 'q-2', service: 'Requests', source: 'core' },
    (event: Event) => event.customer_id === 'q-2' && event.service === 'Requests' && event.source === 'core',
  ],
  [
    { from: '2025-10-05T05:00:00Z', to: '2025-10-15T04:00:00Z' },
    (event: Event) => event.time >= '2025-10-05T05:00:00.000Z' && event.time < '2025-10-15T04:00:00.000Z',
  ],
])('narrowed by %j only those events count', async (query, fits) => {
  const chosen = events.filter(fits);
  expect(chosen.length).toBeGreaterThan(0);
  expect(answered(await ask(query), [])).toEqual(grouped(chosen, []));
});

it('the span is [from, to), echoed in UTC with milliseconds, whatever zone it was written in', async () => {
  const body = await ask({ from: '2025-10-05T06:00:00+02:00', to: '2025-10-05T04:00:00.001Z' });
  expect(body).toMatchObject({
    from: '2025-10-05T04:00:00.000Z',
    to: '2025-10-05T04:00:00.001Z',
    window: null,
    time_zone: 'UTC',
  });
  expect(body.rows).toMatchObject([{ window_start: body.from, window_end: body.to, events: 4 }]);
  const before = await ask({ from: '2025-10-05T03:00:00Z', to: '2025-10-05T04:00:00Z' });
  expect(before.rows).toEqual([]);
});

it('without from and to the span is the current month, in the zone that is asked or the customer has', async () => {
  await api.put('/v1/customers/zoned', { name: 'Zoned', time_zone: 'Pacific/Kiritimati' });
  const cases = [
    ['', 'UTC'],
    ['?time_zone=America/New_York', 'America/New_York'],
    ['?customer_id=zoned', 'Pacific/Kiritimati'],
    ['?customer_id=zoned&time_zone=UTC', 'UTC'],
    ['?customer_id=unknown', 'UTC'],
  ] as const;
  for (const [query, zone] of cases) {
    const months = [currentMonth(zone)];
    const { body } = await api.get<UsageBody>(`/v1/usage${query}`);
    months.push(currentMonth(zone));
    expect(body.time_zone).toBe(zone);
    // A month may end between two looks at the clock.
    expect(months).toContain(localMonth(body.from, zone));
    expect(localMonth(new Date(Date.parse(body.to) - 1).toISOString(), zone)).toBe(
      localMonth(body.from, zone),
    );
    expect(localMonth(body.to, zone)).not.toBe(localMonth(body.from, zone));
    expect(localMonth(new Date(Date.parse(body.from) - 1).toISOString(), zone)).not.toBe(
      localMonth(body.from, zone),
    );
  }
});

function localMonth(time: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' }).format(
    Date.parse(time),
  );
}

function currentMonth(timeZone: string): string {
  return localMonth(new Date().toISOString(), timeZone);
}

it('an event is in the answer to the very next question', async () => {
  for (let round = 1; round <= 5; round += 1) {
    await api.post('/v1/events', {
      id: `fresh-${round}`,
      customer_id: 'fresh',
      service: 'Fresh',
      time: '2025-10-05T00:00:00Z',
    });
    expect(answered(await ask({ customer_id: 'fresh' }), [])).toEqual([`[] ${round} ${round}`]);
  }
});

it('as CSV the same rows have a header, and texts that look like formulas are neutralised', async () => {
  const names = ['=cmd|calc', '+1', '-1', '@sum', 'a,b', 'say "hi"', 'plain'];
  const shown = ["'=cmd|calc", "'+1", "'-1", "'@sum", '"a,b"', '"say ""hi"""', 'plain'];
  const time = '2025-10-07T00:00:00Z';
  const batch = names.map((id) => ({ id, customer_id: id, service: 'Csv', time, quantity: '1.5' }));
  expect((await api.post<Ingested>('/v1/events', batch)).body.accepted).toBe(names.length);
  const query = { service: 'Csv', group_by: 'customer_id', format: 'csv', ...span };
  const { headers, text } = await api.get(pathOf(['v1', 'usage'], query));
  expect(headers.get('content-type')).toContain('text/csv');
  const [header, ...lines] = text.trimEnd().split('\r\n');
  expect(header).toBe('window_start,window_end,customer_id,quantity,events');
  const wanted = shown.map((name) => `2025-10-01T00:00:00.000Z,2025-11-01T00:00:00.000Z,${name},1.5,1`);
  expect(lines.sort()).toEqual(wanted.sort());
});

it.each([
  [{ from: span.to, to: span.from }, 'from'],
  [{ from: span.from, to: span.from }, 'from'],
  [{ from: '2999-01-01T00:00:00Z' }, 'from'],
  [{ to: '1999-01-01T00:00:00Z' }, 'from'],
  [{ service: 'Requests', meter: 'Storage' }, 'meter'],
  [{ group_by: 'source,service,customer_id,properties.a,properties.b,properties.c' }, 'group_by'],
  [{ group_by: 'properties.' }, 'group_by'],
  [{ group_by: "properties.a'b" }, 'group_by'],
  [{ group_by: ' service' }, 'group_by'],
  [{ window: '25hour' }, 'window'],
  [{ window: '1.5day' }, 'window'],
] as [Record<string, string>, string][])('the question %j is refused', async (query, field) => {
  const { status, body } = await api.get<Refused>(pathOf(['v1', 'usage'], query));
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'parameter_invalid', field });
});

it('a span before or after all events is an empty answer, even of a thousand years of minutes', async () => {
  expect(
    (await ask({ from: '1000-01-01T00:00:00Z', to: '1999-01-01T00:00:00Z', window: 'minute' })).rows,
  ).toEqual([]);
  const all = {
    from: '0001-01-01T00:00:00Z',
    to: '9999-12-31T00:00:00Z',
    service: 'Storage',
    window: 'year',
  };
  const storage = events.filter(({ service }) => service === 'Storage');
  expect(answered(await ask(all), [])).toEqual(grouped(storage, []));
});

it('an answer of more than 100,000 rows is refused, and one of exactly 100,000 is not', async () => {
  const count = 100_001;
  for (let from = 0; from < count; from += 10_000) {
    const batch = Array.from({ length: Math.min(10_000, count - from) }, (_, at) => ({
      id: `row-${from + at}`,
      customer_id: `row-${from + at}`,
      service: 'Rows',
      time: at + from === 0 ? '2025-10-01T00:00:00Z' : '2025-10-02T00:00:00Z',
    }));
    expect((await api.post<Ingested>('/v1/events', batch)).body.accepted).toBe(batch.length);
  }
  const query = { service: 'Rows', group_by: 'customer_id', ...span };
  const refused = await api.get<Refused>(pathOf(['v1', 'usage'], query));
  expect(refused.status).toBe(422);
  expect(refused.body.code).toBe('result_too_large');
  const costs = await api.get<Refused>(pathOf(['v1', 'costs'], query));
  expect(costs.body.code).toBe('result_too_large');
  const exact = await api.get<UsageBody>(pathOf(['v1', 'usage'], { ...query, from: '2025-10-02T00:00:00Z' }));
  expect(exact.status).toBe(200);
  expect(exact.body.rows).toHaveLength(100_000);
});
