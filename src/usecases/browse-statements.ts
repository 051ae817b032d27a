/** Closed statements: listed, and read back from the bytes that were hashed. */
import { checkPeriod } from '../domain/statements/period.ts';
import { readStatement, type StatementDocument } from '../domain/statements/statement-document.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { StatementPage, StoredStatement } from '../storage/record-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type StatementLabels, statementLabels } from './statement-labels.ts';

export type { StatementDocument } from '../domain/statements/statement-document.ts';
export type { StatementLabels } from './statement-labels.ts';

/** A statement without its lines. */
export type StatementSummary = Omit<StoredStatement, 'canonical'>;

export interface FoundStatement {
  readonly ok: true;
  readonly document: StatementDocument;
  readonly labels: StatementLabels;
  /** Exactly the bytes that were hashed, as text. */
  readonly canonical: string;
  readonly closedAtMs: number;
}

export interface StatementPageAnswer {
  readonly ok: true;
  readonly statements: readonly StatementSummary[];
}

export interface BrowseStatements {
  list(page: StatementPage): Promise<StatementPageAnswer | Refusal>;
  find(id: string): Promise<FoundStatement | Refusal>;
}

export function makeBrowseStatements({ catalog, recordStore }: Dependencies): BrowseStatements {
  return {
    async list(page) {
      const fault = page.period === undefined ? null : checkPeriod(page.period);
      if (fault) return fault;
      if (page.customerId !== undefined && !catalog.customer(page.customerId)) {
        return refuse('not_found', `there is no customer ${JSON.stringify(page.customerId)}`);
      }
      return { ok: true, statements: await recordStore.listStatements(page) };
    },
    async find(id) {
      const stored = await recordStore.findStatement(id);
      if (!stored)
        return refuse(
          'not_found',
          `there is no statement ${JSON.stringify(id)}: a period that is open has a draft`,
        );
      const { canonical, hash, closedAtMs, watermark } = stored;
      const document = readStatement(canonical, hash);
      const labels = statementLabels(document, catalog.asOf(watermark));
      return { ok: true, document, labels, canonical, closedAtMs };
    },
  };
}
