/** A customer's statement as a close would write it now, or as it would have been at an earlier moment (MONEY.md 5.4). */
import { findInChain } from '../domain/statements/period-chain.ts';
import { type Statement, statementId } from '../domain/statements/statement.ts';
import { type Refusal, refuse } from '../errors.ts';
import { isMonth } from '../time/month.ts';
import { chainOf } from './chain-of.ts';
import { composeStatements } from './compose-statements.ts';
import type { Dependencies } from './dependencies.ts';
import { type AsOf, resolveAsOf } from './resolve-as-of.ts';

export interface DraftQuestion {
  readonly customerId: string;
  /** The month: `2026-10`. */
  readonly period: string;
  readonly asOf: AsOf | null;
}

export type DraftStatement = (
  question: DraftQuestion,
) => Promise<{ readonly ok: true; readonly statement: Statement } | Refusal>;

export function makeDraftStatement(dependencies: Dependencies): DraftStatement {
  const { catalog, clock, recordStore, usageStore } = dependencies;
  return async ({ customerId, period: name, asOf }) => {
    if (!isMonth(name)) return refuse('period_invalid', 'period must be a month such as 2026-10', 'period');
    const { view, sequenceMax: watermark } = await resolveAsOf(dependencies, asOf);
    const customer = view.customer(customerId);
    if (!customer) return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
    const hasClose = view.closesOf(customerId).length > 0;
    const first = hasClose
      ? null
      : (await usageStore.firstEventTimes([customerId], { sequenceMax: watermark })).get(customerId);
    const chain = chainOf(catalog, view, customer, first ?? null);
    const place = findInChain(chain, name);
    if (place.kind !== 'open') {
      const id = statementId(customerId, name);
      const where =
        place.kind === 'closed' ? `ask for the statement ${id}` : 'it lies before the first statement';
      return refuse('period_closed', `${name} is closed: ${where}, or give as_of`, 'period');
    }
    const [content] = await composeStatements(dependencies, {
      statements: [{ customer, chain, period: place.period }],
      watermark,
      nowMs: clock.nowMs(),
    });
    if (content === undefined) throw new Error('a statement that was asked for is missing');
    const last = chain.closes.at(-1);
    const previous = last && (await recordStore.findStatement(statementId(customerId, last.period)));
    return {
      ok: true,
      statement: { ...content, status: 'draft', previousHash: previous?.hash ?? null, hash: null },
    };
  };
}
