/** Drafts, closes and what is shown of them (MONEY.md 5.4): one statement a period, whatever is asked and how often. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested, Page, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import type { StatementBody, StatementSummary } from '../support/statement-answers.ts';

const server = useServer();
const api = apiOf(() => server().url);

beforeAll(async () => {
  for (const [id, more] of Object.entries({
    acme: { name: 'Acme & Söhne <GmbH>', time_zone: 'Europe/Berlin', currency: 'EUR' },
    yen: { name: 'Yen', currency: 'JPY' },
    idle: { name: 'Idle' },
    fresh: { name: 'Fresh' },
  })) {
    expect((await api.put(`/v1/customers/${id}`, more)).status).toBe(201);
  }
  for (const service of ['Calls', 'Disk']) {
    expect((await api.put(`/v1/services/${service}`, { name: service, unit: 'GB' })).status).toBe(201);
  }
  const tiers = [
    { from: '0', to: '1000', unit_amount: '0.015' },
    { from: '1000', to: null, unit_amount: '0.0101' },
  ];
  for (const price of [
    { service: 'Calls', currency: 'EUR', model: 'graduated', tiers },
    { service: 'Calls', currency: 'JPY', model: 'per_unit', unit_amount: '1.5' },
  ]) {
    expect((await api.post('/v1/prices', price)).status).toBe(201);
  }
  const { body } = await api.post<Ingested>('/v1/events', [
    // The first and the last millisecond of October 2025 in Berlin, where the clock went back.
    { id: '1', customer_id: 'acme', service: 'Calls', time: '2025-09-30T22:00:00Z', quantity: '1000' },
    { id: '2', customer_id: 'acme', service: 'Calls', time: '2025-10-31T22:59:59.999Z', quantity: '1.5' },
    { id: '3', customer_id: 'acme', service: 'Calls', time: '2025-10-31T23:00:00Z', quantity: '7' },
    { id: '4', customer_id: 'acme', service: 'Disk', time: '2025-10-05T00:00:00Z', quantity: '4' },
    { id: '5', customer_id: 'acme', service: 'Nowhere', time: '2025-10-05T00:00:00Z', quantity: '2' },
    { id: '6', customer_id: 'yen', service: 'Calls', time: '2025-10-05T00:00:00Z', quantity: '1' },
  ]);
  expect(body.accepted).toBe(6);
});

const draft = (id: string, period: string, more: Record<string, string> = {}) =>
  api.get<StatementBody & Refused>(
    pathOf(['v1', 'customers', id, 'statements', 'draft'], { period, ...more }),
  );
const close = (id: string, period: string) =>
  api.post<StatementBody & Refused>(pathOf(['v1', 'customers', id, 'statements']), { period });
const find = <Body>(id: string, ...parts: string[]) =>
  api.get<Body>(pathOf(['v1', 'statements', id, ...parts]));

describe('a draft', () => {
  it('is the month in the customer’s zone, each line rounded once, the rest told apart', async () => {
    const { status, body } = await draft('acme', '2025-10');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{
        id: 'acme:2025-10',
        customer_id: 'acme',
        period: '2025-10',
        time_zone: 'Europe/Berlin',
        currency: 'EUR',
      },
      ...{ from: '2025-09-30T22:00:00.000Z', to: '2025-10-31T23:00:00.000Z', status: 'draft', hash: null },
      ...{ previous_hash: null, rounding: 'half_away_from_zero', adjustments: [], total: '15.02' },
    });
    expect(body.lines).toMatchObject([
      {
        line: 'Calls',
        meter: 'Calls',
        quantity: '1001.5',
        events: 2,
        exact_amount: '15.01515',
        amount: '15.02',
      },
    ]);
    expect(body.unpriced).toMatchObject([
      { service: 'Disk', reason: 'price_missing', quantity: '4', events: 1 },
    ]);
    expect(body.suspense).toMatchObject([
      { service: 'Nowhere', missing: ['service'], quantity: '2', events: 1 },
    ]);
    expect(body.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of a currency without minor digits has none', async () => {
    expect((await draft('yen', '2025-10')).body).toMatchObject({ total: '2', lines: [{ amount: '2' }] });
  });

  it('of an unknown customer is a 404; a period is a month', async () => {
    expect((await draft('nobody', '2025-10')).body.code).toBe('not_found');
    expect((await draft('acme', '2025-13')).body).toMatchObject({ status: 422, code: 'period_invalid' });
  });
});

describe('a close', () => {
  it('of a later month waits for the first one, and of a running one for its end', async () => {
    expect((await close('acme', '2025-11')).body).toMatchObject({
      status: 409,
      code: 'previous_period_open',
    });
    const month = new Date().toISOString().slice(0, 7);
    expect((await close('fresh', month)).body).toMatchObject({ status: 409, code: 'period_not_over' });
    expect((await close('nobody', '2025-10')).status).toBe(404);
    expect((await close('acme', '2025-1')).body.code).toBe('period_invalid');
  });

  it('asked for many times at once makes one statement: one 201, the others 200 with the same', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => close('acme', '2025-10')));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(11).fill(200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const again = await close('acme', '2025-10');
    expect([again.status, again.text]).toEqual([200, answers[0]?.text]);
    const entries = await api.get<Page<{ subject_id: string }>>('/v1/audit?subject=statement');
    expect(entries.body.items.filter(({ subject_id }) => subject_id === 'acme:2025-10')).toHaveLength(1);
  });

  it('is hashed over exactly its canonical bytes, and the next one names that hash', async () => {
    const { body: first } = await close('acme', '2025-10');
    const canonical = await find<Omit<StatementBody, 'hash'>>(first.id, 'canonical');
    expect(createHash('sha256').update(canonical.text).digest('hex')).toBe(first.hash);
    const { hash, ...rest } = first;
    expect(canonical.body).toEqual(rest);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const next = await close('acme', '2025-11');
    expect(next.status).toBe(201);
    expect(next.body).toMatchObject({ previous_hash: hash, from: first.to, total: '0.11', status: 'closed' });
  });

  it('of a month without usage is a statement without lines', async () => {
    const { status, body } = await close('idle', '2025-10');
    expect(status).toBe(201);
    expect(body).toMatchObject({ lines: [], adjustments: [], total: '0.00', previous_hash: null });
  });

  it('fixes the currency', async () => {
    const { body } = await api.put<Refused>('/v1/customers/idle', { name: 'Idle', currency: 'EUR' });
    expect(body).toMatchObject({ status: 409, code: 'currency_fixed' });
  });

  it('leaves no draft of the period, except as of the moment before', async () => {
    expect((await draft('acme', '2025-10')).body).toMatchObject({ status: 409, code: 'period_closed' });
    expect((await draft('acme', '2025-09')).body).toMatchObject({ status: 409, code: 'period_closed' });
    const { body: closed } = await find<StatementBody>('acme:2025-10');
    const asOf = await draft('acme', '2025-10', { as_of: closed.watermark });
    expect(asOf.status).toBe(200);
    expect(JSON.stringify(asOf.body)).toBe(JSON.stringify({ ...closed, status: 'draft', hash: null }));
  });
});

describe('closed statements', () => {
  it('are listed by customer and by period, in pages', async () => {
    const own = await api.get<Page<StatementSummary>>('/v1/customers/acme/statements');
    expect(own.body.items).toMatchObject([
      { id: 'acme:2025-10', total: '15.02', status: 'closed' },
      { id: 'acme:2025-11', total: '0.11' },
    ]);
    const first = await api.get<Page<StatementSummary>>('/v1/statements?period=2025-10&limit=1');
    expect(first.body.items.map(({ id }) => id)).toEqual(['acme:2025-10']);
    const cursor = encodeURIComponent(first.body.next_cursor ?? '');
    const second = await api.get<Page<StatementSummary>>(
      `/v1/statements?period=2025-10&limit=1&cursor=${cursor}`,
    );
    expect(second.body.items.map(({ id }) => id)).toEqual(['idle:2025-10']);
    expect((await api.get('/v1/customers/nobody/statements')).status).toBe(404);
    for (const path of ['/v1/statements', '/v1/verification']) {
      const { body } = await api.get(`${path}?period=2025-1`);
      expect(body).toMatchObject({ status: 422, code: 'period_invalid', field: 'period' });
    }
    expect((await find('acme:2025-12')).status).toBe(404);
  });

  it('give their lines in pages', async () => {
    const { body } = await find<Page<{ line: string }>>('acme:2025-10', 'lines');
    expect(body).toMatchObject({ items: [{ line: 'Calls' }], next_cursor: null });
  });

  it('are a table for spreadsheets', async () => {
    const { headers, text } = await api.get('/v1/statements/acme%3A2025-10?format=csv');
    expect(headers.get('content-type')).toContain('text/csv');
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows.map(([row]) => row)).toEqual(['row', 'line', 'unpriced', 'unpriced', 'total']);
    expect(rows[1]).toContain('15.01515');
    expect(rows[4]).toContain('15.02');
  });

  it('are a page that loads nothing and lets no text act', async () => {
    const { headers, text } = await api.get('/v1/statements/acme%3A2025-10', {
      accept: 'text/html,*/*;q=0.8',
    });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
    const allowed = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toContain(
      `default-src 'none'; style-src 'sha256-${allowed}'`,
    );
    expect(text).toContain('Acme &amp; Söhne &lt;GmbH&gt;');
    expect(text).toContain('October 2025');
    expect(text).toContain('1,001.5 GB');
    expect(text).toContain('15.02 EUR');
    expect(text).not.toMatch(/<script|src=|href=|style="|\son\w+=/);
    expect((await api.get('/v1/statements/acme%3A2025-10?format=html')).text).toBe(text);
    expect((await draft('acme', '2025-12', { format: 'html' })).text).toContain('not closed');
  });
});
