/** A customer's statement as a close would write it now, or as it would have been at an earlier moment (MONEY.md 5.4). */
import { checkPeriod } from '../domain/statements/period.ts';
import { findInChain } from '../domain/statements/period-chain.ts';
import { statementId } from '../domain/statements/statement.ts';
import {
  canonicalBody,
  readStatement,
  type StatementDocument,
  statementBody,
} from '../domain/statements/statement-document.ts';
import { type Refusal, refuse } from '../errors.ts';
import { chainOf } from './chain-of.ts';
import { composeStatements } from './compose-statements.ts';
import type { Dependencies } from './dependencies.ts';
import { type AsOf, resolveAsOf } from './resolve-as-of.ts';
import { type StatementLabels, statementLabels } from './statement-labels.ts';

export interface DraftQuestion {
  readonly customerId: string;
  /** The month: `2026-10`. */
  readonly period: string;
  readonly asOf: AsOf | null;
}

export type DraftStatement = (question: DraftQuestion) => Promise<Draft | Refusal>;

export interface Draft {
  readonly ok: true;
  readonly document: StatementDocument;
  readonly labels: StatementLabels;
}

export function makeDraftStatement(dependencies: Dependencies): DraftStatement {
  const { catalog, clock, recordStore, sequence } = dependencies;
  return async ({ customerId, period: name, asOf }) => {
    const fault = checkPeriod(name);
    if (fault) return fault;
    const { view, sequenceMax } = await resolveAsOf(dependencies, asOf);
    const watermark = Math.min(sequenceMax, sequence.last());
    const customer = view.customer(customerId);
    if (!customer) return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
    // Any month without a close may be looked at: where the chain will begin is a question of the first close.
    const chain = chainOf(catalog, view, customer, null);
    const place = findInChain(chain, name);
    if (place.kind !== 'open') {
      const id = statementId(customerId, name);
      const where =
        place.kind === 'closed' ? `ask for the statement ${id}` : 'it lies before the first statement';
      return refuse('period_closed', `${name} is closed: ${where}, or give as_of`, 'period');
    }
    const last = chain.closes.at(-1);
    const [[content], [previous]] = await Promise.all([
      composeStatements(dependencies, {
        statements: [{ customer, chain, period: place.period }],
        watermark,
        nowMs: clock.nowMs(),
      }),
      last ? recordStore.findStatementHashes([statementId(customerId, last.period)]) : [],
    ]);
    if (content === undefined) throw new Error('a statement that was asked for is missing');
    const statement = {
      ...content,
      status: 'draft' as const,
      previousHash: previous?.hash ?? null,
      hash: null,
    };
    // In the form of closed ones, so that equal statements are equal texts.
    const document = readStatement(canonicalBody(statementBody(statement)), null);
    return { ok: true, document, labels: statementLabels(document, view) };
  };
}
