import { expect, it } from 'vitest';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import type { Catalog, CatalogView } from './catalog.ts';
import { chainOf } from './chain-of.ts';

const stamp = (period: string, sequence: number): CloseStamp => {
  return { customerId: 'c', period, fromMs: 0, toMs: 1, watermark: sequence - 1, sequence };
};

it('a chain stays what it was when a close is made while it is used', () => {
  const closes = [stamp('2026-09', 5)];
  const view = {
    closesOf: () => closes,
    customer: () => ({ timeZone: 'Asia/Tokyo' }),
  } as unknown as CatalogView;
  const catalog = { asOf: () => view } as unknown as Catalog;
  const chain = chainOf(catalog, view, { id: 'c', timeZone: 'UTC' }, null);
  closes.push(stamp('2026-10', 9));
  expect(chain.closes.map(({ period }) => period)).toEqual(['2026-09']);
  expect([chain.zone, chain.firstZone]).toEqual(['UTC', 'Asia/Tokyo']);
});
