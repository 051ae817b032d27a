/**
 * Computes closed statements again from stored events and records, and compares: the hash over the kept bytes, the chain,
 * the digest, every line (MONEY.md 5.7). It stops at the first difference and repairs nothing.
 */
import { formatTime } from '@countinghouse/client/wire';
import { canonicalJson, type Json } from '../domain/statements/canonical-json.ts';
import { type Difference, firstDifference } from '../domain/statements/first-difference.ts';
import { checkPeriod } from '../domain/statements/period.ts';
import { findInChain } from '../domain/statements/period-chain.ts';
import { statementId } from '../domain/statements/statement.ts';
import { type StatementBody, statementBody } from '../domain/statements/statement-document.ts';
import type { Refusal } from '../errors.ts';
import type { StatementPage, StoredStatement } from '../storage/record-store.ts';
import { chainOf } from './chain-of.ts';
import { composeStatements, type StatementToCompose } from './compose-statements.ts';
import type { Dependencies } from './dependencies.ts';

export interface FoundDifference extends Difference {
  readonly statementId: string;
}

export interface Verification {
  readonly ok: true;
  /** Statements that were compared, the one with the difference included. */
  readonly verified: number;
  readonly difference: FoundDifference | null;
  /** The last one of the page; null when nothing is left. */
  readonly lastId: string | null;
}

export type VerifyStatements = (page: StatementPage) => Promise<Verification | Refusal>;

export function makeVerifyStatements(dependencies: Dependencies): VerifyStatements {
  const { ingest, recordStore } = dependencies;
  return async (page) => {
    const fault = page.period === undefined ? null : checkPeriod(page.period);
    if (fault) return fault;
    await ingest.settle();
    const statements = await recordStore.listStatements(page);
    const lastId = statements.length === page.limit ? (statements.at(-1)?.id ?? null) : null;
    const recomputed = await recompute(dependencies, statements);
    const previous = await previousHashes(dependencies, statements);
    for (const [index, stored] of statements.entries()) {
      const difference = compare(dependencies, stored, recomputed.get(stored.id), previous);
      if (difference) {
        const found = { statementId: stored.id, ...difference };
        return { ok: true, verified: index + 1, difference: found, lastId };
      }
    }
    return { ok: true, verified: statements.length, difference: null, lastId };
  };
}

function compare(
  { sha256 }: Pick<Dependencies, 'sha256'>,
  stored: StoredStatement,
  recomputed: StatementBody | undefined,
  previous: ReadonlyMap<string, string>,
): Difference | null {
  const hash = sha256(stored.canonical);
  if (hash !== stored.hash) return { path: 'hash', stored: stored.hash, recomputed: hash };
  const body = JSON.parse(stored.canonical) as StatementBody;
  const canonical = canonicalJson(body as unknown as Json);
  if (canonical !== stored.canonical) return { path: '', stored: stored.canonical, recomputed: canonical };
  const kept = firstDifference(columnsOf(stored), columnsOf(bodyColumns(body)));
  if (kept) return kept;
  const before = previous.get(stored.id) ?? null;
  if (body.previous_hash !== before) {
    return { path: 'previous_hash', stored: body.previous_hash, recomputed: before };
  }
  // The digest first: when the events differ, that says more than the lines that follow from them.
  if (recomputed && recomputed.digest !== body.digest) {
    return { path: 'digest', stored: body.digest, recomputed: recomputed.digest };
  }
  return firstDifference(body as unknown as Json, recomputed as unknown as Json | undefined);
}

type Columns = Pick<
  StoredStatement,
  'id' | 'customerId' | 'period' | 'fromMs' | 'toMs' | 'currency' | 'total' | 'digest' | 'previousHash'
> & {
  readonly watermark: number | string;
};

/** What is kept beside the bytes must say what they say. */
function columnsOf(columns: Columns): Json {
  const { id, customerId, period, fromMs, toMs, currency, total, digest, previousHash, watermark } = columns;
  return {
    id,
    customer_id: customerId,
    period,
    from: formatTime(fromMs),
    to: formatTime(toMs),
    currency,
    total,
    digest,
    previous_hash: previousHash,
    watermark: String(watermark),
  };
}

function bodyColumns(body: StatementBody): Columns {
  const {
    id,
    customer_id: customerId,
    period,
    currency,
    total,
    digest,
    previous_hash: previousHash,
    watermark,
  } = body;
  const [fromMs, toMs] = [Date.parse(body.from), Date.parse(body.to)];
  return { id, customerId, period, fromMs, toMs, currency, total, digest, previousHash, watermark };
}

/** Statements that were closed together have one watermark, and are computed together again. */
async function recompute(
  dependencies: Dependencies,
  statements: readonly StoredStatement[],
): Promise<Map<string, StatementBody>> {
  const bodies = new Map<string, StatementBody>();
  const groups = new Map<number, StoredStatement[]>();
  for (const stored of statements)
    groups.set(stored.watermark, [...(groups.get(stored.watermark) ?? []), stored]);
  for (const [watermark, group] of groups) {
    for (const round of oneEach(group)) {
      const asked = round.flatMap((stored) => toCompose(dependencies, stored));
      const contents = await composeStatements(dependencies, {
        statements: asked,
        watermark,
        nowMs: dependencies.clock.nowMs(),
      });
      for (const content of contents) {
        const stored = round.find(({ id }) => id === content.id);
        bodies.set(
          content.id,
          statementBody({
            ...content,
            status: 'closed',
            previousHash: stored?.previousHash ?? null,
            hash: null,
          }),
        );
      }
    }
  }
  return bodies;
}

/** At most one statement a customer at a time. */
function oneEach(statements: readonly StoredStatement[]): StoredStatement[][] {
  const rounds: StoredStatement[][] = [];
  const counts = new Map<string, number>();
  for (const stored of statements) {
    const round = counts.get(stored.customerId) ?? 0;
    counts.set(stored.customerId, round + 1);
    rounds[round] = [...(rounds[round] ?? []), stored];
  }
  return rounds;
}

function toCompose(
  { catalog }: Pick<Dependencies, 'catalog'>,
  { customerId, period: name, watermark }: StoredStatement,
): StatementToCompose[] {
  const view = catalog.asOf(watermark);
  const customer = view.customer(customerId);
  if (!customer) return [];
  const chain = chainOf(catalog, view, customer, null);
  const place = findInChain(chain, name);
  return place.kind === 'open' ? [{ customer, chain, period: place.period }] : [];
}

async function previousHashes(
  { catalog, recordStore }: Dependencies,
  statements: readonly StoredStatement[],
): Promise<Map<string, string>> {
  const before = new Map<string, { id: string; customerId: string }>();
  for (const { id, customerId, sequence } of statements) {
    const last = catalog.closesOf(customerId).findLast((close) => close.sequence < sequence);
    if (last) before.set(id, { id: statementId(customerId, last.period), customerId });
  }
  const hashes = await recordStore.findStatementHashes([...before.values()].map(({ id }) => id));
  const byId = new Map(hashes.map(({ id, hash }) => [id, hash]));
  return new Map(
    [...before].flatMap(([id, previous]) => {
      const hash = byId.get(previous.id);
      return hash === undefined ? [] : [[id, hash] as const];
    }),
  );
}
