/** Closed statements: listed, and read back from the bytes that were hashed. */
import { readStatement, type StatementDocument } from '../domain/statements/statement-document.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { StatementPage, StoredStatement } from '../storage/record-store.ts';
import type { Dependencies } from './dependencies.ts';

export type { StatementDocument } from '../domain/statements/statement-document.ts';

/** A statement without its lines. */
export type StatementSummary = Omit<StoredStatement, 'canonical'>;

export interface FoundStatement {
  readonly ok: true;
  readonly document: StatementDocument;
  /** Exactly the bytes that were hashed, as text. */
  readonly canonical: string;
  readonly closedAtMs: number;
}

export interface BrowseStatements {
  list(page: StatementPage): Promise<StatementSummary[] | Refusal>;
  find(id: string): Promise<FoundStatement | Refusal>;
}

export function makeBrowseStatements({ catalog, recordStore }: Dependencies): BrowseStatements {
  return {
    async list(page) {
      if (page.customerId !== undefined && !catalog.customer(page.customerId)) {
        return refuse('not_found', `there is no customer ${JSON.stringify(page.customerId)}`);
      }
      return recordStore.listStatements(page);
    },
    async find(id) {
      const stored = await recordStore.findStatement(id);
      if (!stored)
        return refuse(
          'not_found',
          `there is no statement ${JSON.stringify(id)}: a period that is open has a draft`,
        );
      const { canonical, hash, closedAtMs } = stored;
      return { ok: true, document: readStatement(canonical, hash), canonical, closedAtMs };
    },
  };
}
