/** /v1/usage and /v1/events by meter, filter and as of a moment, in every format (DESIGN.md 3.4, MONEY.md 5.1, 5.6). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query as engineQuery } from 'chdb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested, Listed, Page, Refused, UsageBody } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-10-02T00:00:00Z' };
const hour = (n: number) => `2025-10-01T${String(n).padStart(2, '0')}:00:00.000Z`;

/** Disks: one of 10 from midnight on, 4 from 06:00; another 1.5 from 12:00, set to nothing at 18:00. */
const disks = [
  { id: 'd1', source: 'disk-a', time: hour(0), quantity: '10', properties: { tier: 'hot', ms: 5 } },
  { id: 'd2', source: 'disk-a', time: hour(6), quantity: '4', properties: { tier: 'cold', ms: 7.5 } },
  { id: 'd3', source: 'disk-b', time: hour(12), quantity: '1.5', properties: { tier: 'hot', ms: '9' } },
  { id: 'd4', source: 'disk-b', time: hour(18), quantity: '0', properties: { tier: 'hot' } },
].map((event) => ({ ...event, customer_id: 'meta', service: 'Disk' }));

beforeAll(async () => {
  await api.put('/v1/customers/meta', { name: 'Meta' });
  await api.put('/v1/services/Disk', { name: 'Disk' });
  for (const meter of [
    { id: 'disk-hours', name: 'Disk hours', service: 'Disk', aggregation: 'time_weighted', per: 'hour' },
    { id: 'disk-ms', name: 'Latency', service: 'Disk', aggregation: 'average', value: 'properties.ms' },
    {
      ...{ id: 'disk-hot', name: 'Hot reports', service: 'Disk', aggregation: 'count' },
      filter: { field: 'properties.tier', op: 'eq', value: 'hot' },
    },
  ]) {
    expect((await api.post('/v1/meters', meter)).status).toBe(201);
  }
  expect((await api.post<Ingested>('/v1/events', disks)).body.accepted).toBe(disks.length);
});

async function ask(parameters: Record<string, string>): Promise<UsageBody> {
  const answer = await api.get<UsageBody>(pathOf(['v1', 'usage'], { ...span, ...parameters }));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const told = ({ rows }: UsageBody, ...keys: string[]) =>
  rows.map((row) => [...keys.map((key) => row[key]), row.quantity, row.events]);

describe('usage by meter', () => {
  it('integrates levels: 6 h of 10, 18 h of 4, 6 h of 1.5', async () => {
    expect(told(await ask({ meter: 'disk-hours' }))).toEqual([['141', 4]]);
  });

  it('gives every window its share of a level, also where nothing was reported', async () => {
    expect(told(await ask({ meter: 'disk-hours', window: '6hour' }))).toEqual([
      ['60', 1],
      ['24', 1],
      ['33', 1],
      ['24', 1],
    ]);
    const later = { meter: 'disk-hours', from: '2025-10-02T00:00:00Z', to: '2025-10-03T00:00:00Z' };
    expect(told(await ask(later))).toEqual([['96', 0]]);
  });

  it('gives a level to the group of the event that set it', async () => {
    const body = await ask({ meter: 'disk-hours', group_by: 'properties.tier' });
    expect(told(body, 'properties.tier')).toEqual([
      ['cold', '72', 1],
      ['hot', '69', 3],
    ]);
  });

  it('averages what is a number, exactly, and counts what the filter lets in', async () => {
    expect(told(await ask({ meter: 'disk-ms' }))).toEqual([['6.25', 2]]);
    expect(told(await ask({ meter: 'disk-hot' }))).toEqual([['3', 3]]);
    expect(told(await ask({ meter: 'Disk' }))).toEqual([['15.5', 4]]);
  });

  it('refuses a meter of another service', async () => {
    const path = pathOf(['v1', 'usage'], { ...span, meter: 'disk-ms', service: 'Network' });
    expect((await api.get<Refused>(path)).body).toMatchObject({ code: 'parameter_invalid', field: 'meter' });
  });
});

describe('a filter', () => {
  const filterOf = (filter: unknown) => ({ filter: JSON.stringify(filter) });

  it('narrows what is counted and what is listed', async () => {
    const cold = filterOf({ any: [{ field: 'properties.ms', op: 'gte', value: 7 }] });
    expect(told(await ask({ ...cold, service: 'Disk' }))).toEqual([['4', 1]]);
    const { body } = await api.get<Page<Listed>>(pathOf(['v1', 'events'], { ...cold, customer_id: 'meta' }));
    expect(body.items.map(({ id }) => id)).toEqual(['d2']);
  });

  it.each([
    ['{', 'parameter_invalid', 'filter'],
    ['{"field":"properties.ms","op":"lt","value":"7"}', 'filter_invalid', 'filter.value'],
    ['{"field":"nothing","op":"exists"}', 'filter_invalid', 'filter.field'],
  ])('that is no filter is refused: %s', async (filter, code, field) => {
    const answer = await api.get<Refused>(pathOf(['v1', 'usage'], { ...span, filter }));
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([422, code, field]);
  });
});

describe('as of', () => {
  it('an earlier sequence, what came and what was corrected later does not count', async () => {
    const sent = {
      source: 's',
      id: 'late',
      customer_id: 'meta',
      service: 'Calls',
      time: hour(3),
      quantity: '7',
    };
    await api.post('/v1/events', sent);
    const stored = await api.get<Listed>('/v1/events/s/late');
    const before = String(Number(stored.body.sequence) - 1);
    const correction = { id: 'fix', action: 'void', source: 's', event_id: 'late', reason: 'a test' };
    expect((await api.post('/v1/corrections', correction)).status).toBe(201);

    const calls = { service: 'Calls' };
    expect(told(await ask(calls))).toEqual([]);
    expect(told(await ask({ ...calls, as_of: stored.body.sequence }))).toEqual([['7', 1]]);
    expect(told(await ask({ ...calls, as_of: before }))).toEqual([]);
    expect(told(await ask({ ...calls, as_of: stored.body.received_at }))).toEqual([['7', 1]]);
    const list = async (query: Record<string, string>) =>
      (await api.get<Page<Listed>>(pathOf(['v1', 'events'], { service: 'Calls', ...query }))).body.items;
    expect(await list({})).toEqual([]);
    expect((await list({ as_of: stored.body.sequence })).map(({ id }) => id)).toEqual(['late']);
  });

  it('a voided event is still shown by its identity, with its correction, and its repeat says so', async () => {
    const { body } = await api.get<Listed & { corrections: unknown[] }>('/v1/events/s/late');
    expect(body).toMatchObject({
      quantity: '7',
      corrections: [{ id: 'fix', action: 'void', reason: 'a test' }],
    });
    const sent = {
      source: 's',
      id: 'late',
      customer_id: 'meta',
      service: 'Calls',
      time: hour(3),
      quantity: '7',
    };
    const repeat = await api.post<Ingested>('/v1/events', sent);
    expect(repeat.body.results).toMatchObject([{ status: 'duplicate', warnings: ['event_voided'] }]);
    const other = await api.post<Refused>('/v1/events', { ...sent, quantity: '8' });
    expect([other.status, other.body.code]).toEqual([409, 'conflict']);
  });
});

describe('formats', () => {
  it('ndjson is a row a line', async () => {
    const query = { ...span, meter: 'disk-hours', window: '6hour', format: 'ndjson' };
    const answer = await api.get(pathOf(['v1', 'usage'], query));
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const lines = answer.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      (await ask({ meter: 'disk-hours', window: '6hour' })).rows,
    );
  });

  it('parquet holds the same rows, exact numbers as texts', async () => {
    const query = {
      ...span,
      meter: 'disk-hours',
      window: '6hour',
      group_by: 'properties.tier',
      format: 'parquet',
    };
    const response = await fetch(`${server().url}${pathOf(['v1', 'usage'], query)}`);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const folder = mkdtempSync(join(tmpdir(), 'countinghouse-parquet-'));
    const file = join(folder, 'usage.parquet');
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    const columns = 'toUnixTimestamp64Milli(window_start), `properties.tier`, quantity, events';
    const found = engineQuery(`SELECT ${columns} FROM file('${file}', Parquet)`, 'JSONCompactEachRow');
    rmSync(folder, { recursive: true });
    const expected = (await ask({ meter: 'disk-hours', window: '6hour', group_by: 'properties.tier' })).rows;
    expect(
      String(found)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(
      expected.map((row) => [Date.parse(row.window_start), row['properties.tier'], row.quantity, row.events]),
    );
  });

  it('events come as lines, all that match, or so many as the limit says', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => ({
      ...{ id: `n${n}`, customer_id: 'streamed', service: 'Calls', time: hour(n % 24) },
    }));
    await api.post('/v1/events', many);
    const query = { customer_id: 'streamed', format: 'ndjson', order: 'asc' };
    const { text } = await api.get(pathOf(['v1', 'events'], query));
    const listed = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Listed);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(2500);
    expect(listed.map(({ time }) => time)).toEqual(listed.map(({ time }) => time).toSorted());
    const few = await api.get(pathOf(['v1', 'events'], { ...query, limit: '3' }));
    expect(few.text.trimEnd().split('\n')).toEqual(text.split('\n').slice(0, 3));
  });
});
