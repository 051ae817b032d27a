/** Lists of events: filters, order, and pages that neither skip nor repeat, even while new events arrive. */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested, Listed, Page, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

const server = useServer();
const api = apiOf(() => server().url);

/** Many share an instant, so that the time alone cannot place a page. */
const events = Array.from({ length: 60 }, (_, at) => ({
  source: at % 2 === 0 ? 'even' : 'odd',
  id: `e-${at}`,
  customer_id: `c-${at % 3}`,
  service: at % 4 === 0 ? 'Fourth' : 'Other',
  time: `2025-10-0${1 + (at % 5)}T00:00:00.000Z`,
}));

beforeAll(async () => {
  const { body } = await api.post<Ingested>('/v1/events', events);
  expect(body).toMatchObject({ accepted: events.length });
});

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
const list = (query: Record<string, string>) => walkPages<Listed>(api, ['v1', 'events'], query);
const place = ({ time, sequence }: Listed) => [Date.parse(time), BigInt(sequence)] as const;
function isSorted(items: readonly Listed[]): boolean {
  return items.every((item, at) => {
    const [before, now] = [place(items[at - 1] ?? item), place(item)];
    return at === 0 || before[0] < now[0] || (before[0] === now[0] && before[1] < now[1]);
  });
}

it.each(['1', '7', '59', '60', '61', '1000'])(
  'pages of %s show every event exactly once, oldest or newest first',
  async (limit) => {
    const ascending = await list({ limit, order: 'asc', to: '2025-11-01T00:00:00Z' });
    expect(idsOf(ascending).sort()).toEqual(idsOf(events).sort());
    expect(isSorted(ascending)).toBe(true);
    const descending = await list({ limit, to: '2025-11-01T00:00:00Z' });
    expect(idsOf(descending)).toEqual(idsOf(ascending).reverse());
  },
);

it.each([
  ['customer_id', { customer_id: 'c-1' }, (e: (typeof events)[0]) => e.customer_id === 'c-1'],
  ['service', { service: 'Fourth' }, (e: (typeof events)[0]) => e.service === 'Fourth'],
  ['source', { source: 'odd' }, (e: (typeof events)[0]) => e.source === 'odd'],
  ['from, inclusive', { from: '2025-10-04T00:00:00Z' }, (e: (typeof events)[0]) => e.time >= '2025-10-04'],
  [
    'to, exclusive',
    { to: '2025-10-02T00:00:00Z' },
    (e: (typeof events)[0]) => e.time < '2025-10-02T00:00:00.000Z',
  ],
  [
    'all together',
    {
      customer_id: 'c-2',
      service: 'Other',
      source: 'odd',
      from: '2025-10-02T00:00:00Z',
      to: '2025-10-05T00:00:00Z',
    },
    (e: (typeof events)[0]) =>
      e.customer_id === 'c-2' &&
      e.service === 'Other' &&
      e.source === 'odd' &&
      e.time >= '2025-10-02' &&
      e.time < '2025-10-05',
  ],
])('a list by %s holds exactly those events', async (_, query, fits) => {
  const wanted = idsOf(events.filter(fits)).sort();
  expect(wanted.length).toBeGreaterThan(0);
  expect(idsOf(await list({ ...query, limit: '7' })).sort()).toEqual(wanted);
});

it('without a limit a page holds 100, and the last page has no cursor', async () => {
  const many = Array.from({ length: 101 }, (_, at) => ({
    id: `many-${at}`,
    customer_id: 'many',
    service: 'Many',
    time: '2025-08-01T00:00:00Z',
  }));
  await api.post('/v1/events', many);
  const first = await api.get<Page<Listed>>('/v1/events?customer_id=many');
  expect(first.body.items).toHaveLength(100);
  expect(typeof first.body.next_cursor).toBe('string');
  const rest = await api.get<Page<Listed>>(
    pathOf(['v1', 'events'], { customer_id: 'many', cursor: first.body.next_cursor ?? '' }),
  );
  expect(rest.body.items).toHaveLength(1);
  expect(rest.body.next_cursor).toBeNull();
});

it('events that arrive while a list is being walked do not shift its pages', async () => {
  const event = (id: string, time: string) => ({ id, customer_id: 'walk', service: 'Walked', time });
  const old = Array.from({ length: 10 }, (_, at) => event(`old-${at}`, '2025-09-10T00:00:00Z'));
  await api.post('/v1/events', old);
  const first = await api.get<Page<Listed>>('/v1/events?customer_id=walk&limit=4');
  await api.post(
    '/v1/events',
    Array.from({ length: 5 }, (_, at) => event(`new-${at}`, '2025-09-20T00:00:00Z')),
  );
  const rest = await list({ customer_id: 'walk', limit: '4', cursor: first.body.next_cursor ?? '' });
  expect(idsOf([...first.body.items, ...rest]).sort()).toEqual(idsOf(old).sort());
});

it.each([
  ['limit', 'limit=0'],
  ['limit', 'limit=1001'],
  ['limit', 'limit=ten'],
  ['limit', 'limit=-1'],
  ['limit', 'limit='],
  ['cursor', 'cursor=x'],
  ['cursor', 'cursor='],
  ['order', 'order=up'],
  ['from', 'from=yesterday'],
  ['to', 'to=2025-02-30T00:00:00Z'],
  ['window', 'window=hour'],
])('a list with a wrong %s is refused (%s)', async (field, query) => {
  const { status, body } = await api.get<Refused>(`/v1/events?${query}`);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'parameter_invalid', field });
});
