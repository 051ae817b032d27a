import { expect, it } from 'vitest';
import type { StatementDocument, StatementLabels } from '../usecases/browse-statements.ts';
import { statementPage } from './statement-page.ts';

const labels: StatementLabels = { customerName: 'A', meters: new Map([['m', { name: 'M', unit: 'GB' }]]) };

function pageOf(quantity: string, more: object = {}): string {
  const line = {
    line: 'm',
    meter: 'm',
    quantity,
    events: 1234,
    slices: [],
    exact_amount: '1',
    amount: '-1234567.00',
  };
  const statement = {
    ...{
      id: 'a:2026-10',
      customer_id: 'a',
      period: '2026-10',
      time_zone: 'UTC',
      currency: 'USD',
      status: 'closed',
    },
    ...{
      from: '2026-10-01T00:00:00.000Z',
      to: '2026-11-01T00:00:00.000Z',
      rounding: 'half_even',
      total: '0.00',
    },
    ...{ watermark: '1', digest: 'd', previous_hash: null, hash: 'h', lines: [line] },
    ...{ adjustments: [], unpriced: [], suspense: [], ...more },
  };
  return statementPage(statement as unknown as StatementDocument, labels);
}

it.each([
  ['1234567.8901', '1,234,567.8901 GB'],
  ['-1000', '−1,000 GB'],
  ['999', '999 GB'],
  ['1285/6', '≈ 214.166667 GB'],
  ['-2000/3', '≈ −666.666667 GB'],
  ['1/3000000', '≈ 0.000000 GB'],
  ['0.0001234', '0.0001234 GB'],
])('%s is shown as %s', (quantity, shown) => {
  expect(pageOf(quantity)).toContain(`>${shown}<`);
});

it('money and counts are grouped, and what is empty is not shown', () => {
  const text = pageOf('1');
  expect(text).toContain('>−1,234,567.00<');
  expect(text).toContain('>1,234<');
  expect(text).not.toContain('Not charged');
  expect(text).not.toContain('Adjustments');
  expect(pageOf('1', { lines: [] })).toContain('No usage was charged');
});
