/**
 * What a past span would have cost under proposed prices, customer by customer, beside what it costs under the present ones.
 * Over all history, closed periods too; nothing is written. Only the services whose prices are proposed are looked at.
 */
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { PriceContent } from '../domain/pricing/next-price.ts';
import { withProposed } from '../domain/pricing/proposed-prices.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import {
  addFractions,
  type Fraction,
  formatFraction,
  subtractFractions,
  zeroFraction,
} from '../money/fraction.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import { type PostedPrice, readPostedPrice } from './post-price.ts';
import { priceSpan, type SpanSink } from './price-span.ts';
import { resolveAsOf } from './resolve-as-of.ts';

export interface WhatIfQuestion {
  readonly prices: readonly PostedPrice[];
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Absent: everybody. */
  readonly customerId?: string;
}

/** Exact and unrounded, as `/v1/costs`. */
export interface WhatIfCosts {
  readonly currency: string;
  readonly presentCost: string;
  readonly proposedCost: string;
  readonly difference: string;
}

export interface WhatIfRow extends WhatIfCosts {
  readonly customerId: string;
  /** Events that no price said anything of: they are in neither cost. */
  readonly presentUnpricedEvents: number;
  readonly proposedUnpricedEvents: number;
}

export interface WhatIfAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly rows: readonly WhatIfRow[];
  /** One for each currency. */
  readonly totals: readonly WhatIfCosts[];
}

export type AskWhatIf = (question: WhatIfQuestion) => Promise<WhatIfAnswer | Refusal>;

export function makeAskWhatIf(dependencies: Dependencies): AskWhatIf {
  const { clock } = dependencies;
  return async (question) => {
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const nowMs = clock.nowMs();
    const asked = resolveSpan(question, 'UTC', nowMs);
    if (!asked.ok) return asked;
    const { span } = asked;
    const read = readProposed(question.prices, view);
    if (!read.ok) return read;
    const { customerId } = question;
    if (customerId !== undefined && !view.customer(customerId)) {
      const message = `there is no customer ${JSON.stringify(customerId)}`;
      return refuse('customer_unknown', message, 'customer_id');
    }
    const around = {
      ...{ usage: { sequenceMax }, span, nowMs },
      customerIds: customerId === undefined ? null : [customerId],
      services: new Set(read.contents.map(({ service }) => service)),
    };
    const byCustomer = new Map<string, CustomerRow>();
    await priceSpan(dependencies, { ...around, view }, sinkInto(byCustomer, view, 'present'));
    const proposed = view.withPrices(withProposed(view.prices, read.contents, span.fromMs));
    const sink = sinkInto(byCustomer, view, 'proposed');
    await priceSpan(dependencies, { ...around, view: proposed }, sink);
    const rows = [...byCustomer.values()].sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    if (rows.length > limits.rowsMax) {
      const message = `the answer has more than ${limits.rowsMax} customers: ask for one at a time`;
      return refuse('result_too_large', message);
    }
    return { ok: true, span, rows: rows.map(shown), totals: totalsOf(rows) };
  };
}

function readProposed(
  prices: readonly PostedPrice[],
  view: CatalogView,
): { readonly ok: true; readonly contents: readonly PriceContent[] } | Refusal {
  const contents: PriceContent[] = [];
  for (const [index, posted] of prices.entries()) {
    const read = readPostedPrice(posted, view);
    if (!read.ok)
      return { ...read, field: `prices.${index}${read.field === undefined ? '' : `.${read.field}`}` };
    contents.push(read.content);
  }
  return { ok: true, contents };
}

interface CustomerRow {
  readonly customerId: string;
  readonly currency: string;
  present: Fraction;
  proposed: Fraction;
  presentUnpriced: number;
  proposedUnpriced: number;
}

function sinkInto(rows: Map<string, CustomerRow>, view: CatalogView, side: 'present' | 'proposed'): SpanSink {
  const rowOf = (customerId: string): CustomerRow => {
    const currency = view.customer(customerId)?.currency ?? '';
    const costs = { present: zeroFraction, proposed: zeroFraction };
    const row = rows.get(customerId) ?? {
      ...{ customerId, currency, ...costs, presentUnpriced: 0, proposedUnpriced: 0 },
    };
    rows.set(customerId, row);
    return row;
  };
  return {
    cost({ customerId, cost }) {
      const row = rowOf(customerId);
      row[side] = addFractions(row[side], cost);
    },
    unpriced: ({ customerId, events }) => {
      rowOf(customerId)[`${side}Unpriced`] += events;
    },
  };
}

type Costs = Pick<CustomerRow, 'currency' | 'present' | 'proposed'>;

function shownCosts({ currency, present, proposed }: Costs): WhatIfCosts {
  return {
    currency,
    presentCost: formatFraction(present),
    proposedCost: formatFraction(proposed),
    difference: formatFraction(subtractFractions(proposed, present)),
  };
}

function shown(row: CustomerRow): WhatIfRow {
  const { customerId, presentUnpriced, proposedUnpriced } = row;
  const unpriced = { presentUnpricedEvents: presentUnpriced, proposedUnpricedEvents: proposedUnpriced };
  return { customerId, ...shownCosts(row), ...unpriced };
}

function totalsOf(rows: readonly CustomerRow[]): WhatIfCosts[] {
  const totals = new Map<string, Costs>();
  for (const { currency, present, proposed } of rows) {
    const before = totals.get(currency) ?? { present: zeroFraction, proposed: zeroFraction };
    totals.set(currency, {
      currency,
      present: addFractions(before.present, present),
      proposed: addFractions(before.proposed, proposed),
    });
  }
  return [...totals.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)).map(shownCosts);
}
