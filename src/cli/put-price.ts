/**
 * Brings a service's general price in one currency to the rate wanted. A price is never changed: another rate is
 * a new version from now on, and the same rate is nothing. Customers' own prices are left alone.
 */
import type { ApiConnection } from './connect.ts';
import { refusalOf, type WriteResult } from './put-record.ts';

export interface WantedPrice {
  readonly service: string;
  readonly currency: string;
  /** Money per unit: shortest plain decimal. */
  readonly rate: string;
}

/** The members of a listed price that matter here. */
interface ListedPrice {
  readonly currency: string;
  readonly model: string;
  readonly unit_amount?: string;
  readonly effective_from?: string | null;
  readonly customer_id?: string | null;
  readonly created_at?: string;
}

interface PricePage {
  readonly items: readonly ListedPrice[];
  readonly next_cursor: string | null;
}

export async function putPrice(api: ApiConnection, wanted: WantedPrice, nowMs: number): Promise<WriteResult> {
  const { service, currency, rate } = wanted;
  const versions = await generalPrices(api, service, currency);
  const current = inForce(versions, nowMs);
  if (current?.model === 'per_unit' && current.unit_amount === rate) return { ok: true, change: 'unchanged' };
  const answer = await api.request('POST', '/v1/prices', {
    service,
    currency,
    model: 'per_unit',
    unit_amount: rate,
    // The first version holds since always, so that usage before the import has a price as well.
    ...(versions.length > 0 && { effective_from: new Date(nowMs).toISOString() }),
  });
  if (answer.status !== 200 && answer.status !== 201) return refusalOf(answer);
  return { ok: true, change: versions.length > 0 ? 'changed' : 'created' };
}

async function generalPrices(api: ApiConnection, service: string, currency: string): Promise<ListedPrice[]> {
  const prices: ListedPrice[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ service, limit: '1000', ...(cursor && { cursor }) });
    const answer = await api.request('GET', `/v1/prices?${query}`);
    if (answer.status !== 200) {
      throw new Error(`cannot list the prices of ${service}: ${refusalOf(answer).reason}`);
    }
    const page = answer.body as PricePage;
    prices.push(...page.items);
    cursor = page.next_cursor;
  }
  return prices.filter((price) => price.currency === currency && (price.customer_id ?? null) === null);
}

/** The latest to begin, then the latest made (MONEY.md 5.2). */
function inForce(versions: readonly ListedPrice[], nowMs: number): ListedPrice | undefined {
  return versions
    .filter((price) => startMs(price) <= nowMs)
    .toSorted((a, b) => compare(startMs(a), startMs(b)) || compare(madeMs(a), madeMs(b)))
    .at(-1);
}

function startMs({ effective_from: from }: ListedPrice): number {
  return from ? Date.parse(from) : Number.NEGATIVE_INFINITY;
}

function madeMs({ created_at: at }: ListedPrice): number {
  return at ? Date.parse(at) : 0;
}

/** Not by subtraction: two prices since always are equally early, and infinity less infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
