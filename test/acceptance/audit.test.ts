/** The audit log over HTTP: every write of records and corrections, what was before and after, with filters. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { startServer, useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Entry {
  sequence: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  subject_id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
}

const server = useServer();
const api = apiOf(() => server().url);
const audit = (query: Record<string, string> = {}) => walkPages<Entry>(api, ['v1', 'audit'], query);

it('a customer created, replaced and archived has three entries, each with what was before and after', async () => {
  const created = await api.put<{ sequence: string }>('/v1/customers/c', {
    name: 'First',
    tags: { aB: 'x' },
  });
  await api.put('/v1/customers/c', { name: 'First', tags: { aB: 'x' } });
  const replaced = await api.put('/v1/customers/c', { name: 'Second', late_policy: 'ignore' });
  const archived = await api.post('/v1/customers/c/archive', {});
  const entries = await audit({ subject: 'customer', subject_id: 'c', limit: '2' });
  expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
    ['archive', 'local'],
    ['replace', 'local'],
    ['create', 'local'],
  ]);
  expect(entries.map(({ before }) => before)).toEqual([replaced.body, created.body, null]);
  expect(entries.map(({ after }) => after)).toEqual([archived.body, replaced.body, created.body]);
  expect(entries[2]?.sequence).toBe(created.body.sequence);
});

it('services, meters, prices and settings are audited as the API shows them; refused writes are not', async () => {
  const service = await api.put('/v1/services/S', { name: 'S' });
  const meter = await api.post('/v1/meters', { id: 'm', service: 'S', aggregation: 'max' });
  const price = await api.post('/v1/prices', {
    ...{ id: 'p', service: 'S', model: 'graduated', tiers: [{ from: 0, to: null, unit_amount: '0.10' }] },
  });
  await api.post<Refused>('/v1/prices', { id: 'q', service: 'S', model: 'per_unit', unit_amount: '-1' });
  const entryOf = async (subject: string) => (await audit({ subject }))[0];
  expect((await entryOf('service'))?.after).toEqual(service.body);
  expect((await entryOf('meter'))?.after).toMatchObject({ id: 'm', aggregation: 'max', service: 'S' });
  expect((await entryOf('meter'))?.after.sequence).toBe((meter.body as Entry).sequence);
  expect((await entryOf('price'))?.after).toMatchObject(price.body as object);
  expect((await entryOf('price'))?.after.sequence).toBe((price.body as Entry).sequence);
  expect(await audit({ subject: 'price' })).toHaveLength(1);
  expect((await entryOf('settings'))?.after).toMatchObject({
    ...{ late_policy: 'next', rounding: 'half_away_from_zero' },
  });
});

it('a correction is audited with the event as it counted before', async () => {
  const event = { source: 'gw', id: 'e', customer_id: 'c', service: 'S', time: '2025-10-05T10:00:00Z' };
  await api.post('/v1/events', [{ ...event, quantity: '5', properties: { sizeMs: 7 } }]);
  const about = { source: 'gw', event_id: 'e', reason: 'typo' };
  await api.post('/v1/corrections', { id: 'k1', action: 'amend', ...about, event: { quantity: '6' } });
  await api.post('/v1/corrections', { id: 'k2', action: 'void', ...about });
  const [voided, amended] = await audit({ subject: 'correction' });
  const content = { customer_id: 'c', service: 'S', time: '2025-10-05T10:00:00.000Z' };
  const properties = { sizeMs: 7 };
  expect(amended).toMatchObject({ action: 'amend', subject_id: 'k1', actor: 'local' });
  expect(amended?.before).toEqual({ ...content, quantity: '5', properties });
  expect(amended?.after).toMatchObject({ ...about, event: { ...content, quantity: '6', properties } });
  expect(voided).toMatchObject({ action: 'void', subject_id: 'k2', before: { quantity: '6' } });
});

it('lists narrow to an actor, an action and a span of time', async () => {
  const all = await audit({ limit: '3' });
  expect(await audit({ actor: 'local' })).toEqual(all);
  expect(await audit({ actor: 'nobody' })).toEqual([]);
  const archived = all.filter(({ action }) => action === 'archive');
  expect(await audit({ action: 'archive' })).toEqual(archived);
  const { at } = archived[0] as Entry;
  expect(await audit({ from: at, action: 'archive' })).toEqual(archived);
  expect(await audit({ to: at, action: 'archive' })).toEqual([]);
  const refused = await api.get<Refused>(pathOf(['v1', 'audit'], { action: 'destroy' }));
  expect([refused.status, refused.body.code]).toEqual([422, 'parameter_invalid']);
});

it('what the server is told of late usage and rounding is a write, and is kept until it is told otherwise', async () => {
  const first = await startServer({ args: ['--late-policy', 'ignore', '--rounding', 'half_even'] });
  await first.stop();
  const second = await startServer({ data: first.data, args: ['--late-policy', 'ignore'] });
  await second.stop();
  const third = await startServer({ data: first.data, args: ['--late-policy', 'ignore'] });
  const entries = await walkPages<Entry>(
    apiOf(() => third.url),
    ['v1', 'audit'],
    { subject: 'settings' },
  );
  expect(entries.map(({ action, after }) => [action, after.late_policy, after.rounding])).toEqual([
    ['replace', 'ignore', 'half_away_from_zero'],
    ['create', 'ignore', 'half_even'],
  ]);
});

it('API keys made, rotated and revoked are audited as lists show them: no secret and no hash', async () => {
  const made = await api.post<{ key: string }>('/v1/keys', { name: 'gw', scopes: ['read'] });
  const rotated = await api.post<{ key: string }>('/v1/keys/gw/rotate', { overlap_seconds: 60 });
  const revoked = await api.post<object>('/v1/keys/gw/revoke', {});
  await api.post('/v1/keys/gw/revoke', {});
  const shown = ({ key: _key, ...rest }: { key: string }) => rest;
  const entries = await audit({ subject: 'api_key', subject_id: 'gw' });
  expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
    ['revoke', 'local'],
    ['rotate', 'local'],
    ['create', 'local'],
  ]);
  const { status: _made, ...first } = shown(made.body) as { status?: string };
  expect(entries[2]).toMatchObject({ before: null, after: first });
  const { status: _revoked, ...last } = revoked.body as { status?: string };
  expect(entries[0]?.after).toEqual(last);
  for (const { key } of [made.body, rotated.body]) {
    const text = JSON.stringify(entries);
    expect(text).not.toContain(key);
    expect(text).not.toContain(createHash('sha256').update(key).digest('hex'));
  }
});
