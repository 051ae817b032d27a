/**
 * What a span cost, customer by customer, without windows: what one customer's usage, analysis and what-ifs add up, each in
 * its own way. It waits for no barrier.
 */
import type { Span } from '../domain/analysis/span.ts';
import { addFractions, type Fraction, zeroFraction } from '../money/fraction.ts';
import type { UsageView } from '../storage/usage-store.ts';
import { sortInTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import { findPieces } from './cost-pieces.ts';
import type { CostPiece } from './cost-plan.ts';
import type { Dependencies } from './dependencies.ts';
import { type PieceCost, type PieceUnpriced, pricePieces } from './price-pieces.ts';

export interface SpanQuestion {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly span: Span;
  /** null: everybody. */
  readonly customerIds: readonly string[] | null;
  /** null: all. */
  readonly services: ReadonlySet<string> | null;
  readonly nowMs: number;
}

/** A line's part of one billing period: exact, unrounded. */
export interface SpanCost extends PieceCost {
  readonly customerId: string;
  readonly currency: string;
}

export interface SpanUnpriced extends PieceUnpriced {
  readonly customerId: string;
}

export interface SpanSink {
  cost(cost: SpanCost): void;
  unpriced(entry: SpanUnpriced): void;
}

export async function priceSpan(
  { catalog, usageStore }: Pick<Dependencies, 'catalog' | 'usageStore'>,
  question: SpanQuestion,
  sink: SpanSink,
): Promise<void> {
  const pieces = await findPieces(usageStore, { ...question, catalog, grid: null });
  const customerOf = ({ pieceIndex }: { readonly pieceIndex: number }) =>
    (pieces[pieceIndex] as CostPiece).customer;
  const undivided = { pieces, meter: null, splitBy: [], where: null };
  const refusal = await pricePieces(
    usageStore,
    { ...question, ...undivided },
    {
      cost(cost) {
        const { id: customerId, currency } = customerOf(cost);
        sink.cost({ ...cost, customerId, currency });
      },
      unpriced: (entry) => sink.unpriced({ ...entry, customerId: customerOf(entry).id }),
    },
  );
  if (refusal) throw new Error(`an undivided cost was refused: ${refusal.code}`);
}

export interface CustomerCost {
  readonly customerId: string;
  readonly currency: string;
  /** Exact, unrounded. */
  readonly cost: Fraction;
  /** Of the lines. */
  readonly events: number;
}

/** Each customer's total over a span; who has no line in it is absent. In the order of ids. */
export async function costsOverSpan(
  dependencies: Pick<Dependencies, 'catalog' | 'usageStore'>,
  question: SpanQuestion,
): Promise<CustomerCost[]> {
  const totals = new Map<string, CustomerCost>();
  await priceSpan(dependencies, question, {
    cost({ customerId, currency, cost, events }) {
      const before = totals.get(customerId) ?? { cost: zeroFraction, events: 0 };
      const sum = { cost: addFractions(before.cost, cost), events: before.events + events };
      totals.set(customerId, { customerId, currency, ...sum });
    },
    unpriced: () => undefined,
  });
  return sortInTurns([...totals.values()], (a, b) => (a.customerId < b.customerId ? -1 : 1));
}
