/**
 * Statements of many customers as they stand at one place in the one order: what a draft shows and a close writes down
 * (MONEY.md 5.4). It asks the stores and puts the parts together; it writes nothing and gives nobody a hash.
 */
import type { Customer } from '../domain/records/customer.ts';
import { makeStatement } from '../domain/statements/make-statement.ts';
import type { Period } from '../domain/statements/period.ts';
import { findInChain, type PeriodChain } from '../domain/statements/period-chain.ts';
import type { StatementContent } from '../domain/statements/statement.ts';
import { parseFraction } from '../money/fraction.ts';
import type { Digest } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import { lateAdjustments } from './late-usage.ts';
import { pricePeriods, type ServiceSum } from './price-periods.ts';

export interface StatementToCompose {
  readonly customer: Customer;
  readonly chain: PeriodChain;
  readonly period: Period;
}

export interface ComposeQuestion {
  readonly statements: readonly StatementToCompose[];
  /** The last sequence that counts. */
  readonly watermark: number;
  readonly nowMs: number;
}

type Needed = Pick<Dependencies, 'catalog' | 'usageStore' | 'recordStore'>;

/** One for each that is asked for, in their order. A customer is asked for once. */
export async function composeStatements(
  needed: Needed,
  question: ComposeQuestion,
): Promise<StatementContent[]> {
  const { statements, watermark, nowMs } = question;
  const view = needed.catalog.asOf(watermark);
  const usage = { sequenceMax: watermark };
  const spans = statements.map(({ customer, period }) => ({
    customerId: customer.id,
    fromMs: period.fromMs,
    toMs: period.toMs,
  }));
  const [digests, late] = await Promise.all([
    needed.usageStore.digest({ spans, levelMeters: levelMeters(view), view: usage }),
    lateAdjustments(needed, { customers: statements.filter(isEarliest), sequenceMax: watermark, nowMs }),
  ]);
  const priced = await pricePeriods(needed.usageStore, {
    ...{ view, usage, nowMs },
    periods: statements.map(({ customer, period }) => ({ customer, period, close: null })),
    used: digests.map(usedIn),
  });
  const contents: StatementContent[] = [];
  for (const [index, { customer }] of statements.entries()) {
    if (index % statementsInTurn === statementsInTurn - 1) await new Promise(setImmediate);
    const [lines, digest] = [priced[index], digests[index]];
    if (lines === undefined || digest === undefined) throw new Error(`no answer for ${customer.id}`);
    contents.push(
      makeStatement({
        priced: lines,
        adjustments: late.get(customer.id) ?? [],
        timeZone: customer.timeZone,
        rounding: view.rounding,
        watermark,
        digest: digest.digest,
      }),
    );
  }
  return contents;
}

function usedIn({ used }: Digest): ReadonlyMap<string, ServiceSum> {
  return new Map(
    used.map(({ service, quantity, events }) => [service, { quantity: parseFraction(quantity), events }]),
  );
}

/** How many are put together before others get a turn: some milliseconds. */
const statementsInTurn = 25;

/** The meters whose levels are carried into a period, and so into its digest. */
export function levelMeters(view: CatalogView) {
  return view.madeMeters.filter(({ aggregation }) => aggregation === 'time_weighted');
}

/** Adjustments stand on the earliest open period only. */
function isEarliest({ chain, period }: StatementToCompose): boolean {
  const place = findInChain(chain, period.name);
  return place.kind === 'open' && place.isEarliest;
}
