/**
 * Closes customers' periods (MONEY.md 5.4): the statement as it stands when everything acknowledged by then is counted,
 * written down once, hashed and chained to the one before. Closes that are asked for at the same time are made together,
 * and the same one only once. What is acknowledged during a close is late.
 */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import { checkPeriod } from '../domain/statements/period.ts';
import { type ClosePlan, planClose } from '../domain/statements/period-chain.ts';
import { type StatementContent, statementId } from '../domain/statements/statement.ts';
import { canonicalBody, statementBody } from '../domain/statements/statement-document.ts';
import { type Refusal, refuse } from '../errors.ts';
import { gather } from '../ingest/gather.ts';
import { limits } from '../limits.ts';
import type { StatementWrite, StoredStatement } from '../storage/record-store.ts';
import { chainOf } from './chain-of.ts';
import { composeStatements, type StatementToCompose } from './compose-statements.ts';
import type { Dependencies } from './dependencies.ts';

export interface CloseRequest {
  readonly customerId: string;
  /** The month: `2026-10`. */
  readonly period: string;
  readonly actor: string;
}

export type CloseResult =
  | { readonly ok: true; readonly created: boolean; readonly id: string }
  | (Refusal & { readonly id: string });

/** One result for each request, in their order. */
export type ClosePeriods = (requests: readonly CloseRequest[]) => Promise<CloseResult[]>;

type Results = ReadonlyMap<string, CloseResult>;

/** Groups of many that are under way together: while one waits for the stores, another computes. */
const groupsAtOnce = 2;

export function makeClosePeriods(dependencies: Dependencies): ClosePeriods {
  const closeSome = (requests: readonly CloseRequest[]) => closeGroup(dependencies, uniqueRequests(requests));
  // Single closes that are asked for at the same time are made together.
  const closeTogether = gather<readonly CloseRequest[], Results>({
    weigh: (requests) => requests.length,
    weightMax: limits.closeGroupMax,
    run: (groups) => closeSome(groups.flat()),
  });
  return async (requests) => {
    const results = new Map<string, CloseResult>();
    const valid = requests.filter((request) => {
      const fault = checkPeriod(request.period);
      if (fault) results.set(idOf(request), { ...fault, id: idOf(request) });
      return fault === null;
    });
    const keep = (found: Results) => {
      for (const [id, result] of found) results.set(id, result);
    };
    if (valid.length === 1) keep(await closeTogether(valid));
    else await forGroups(valid, async (group) => keep(await closeSome(group)));
    return requests.map((request) => results.get(idOf(request)) as CloseResult);
  };
}

async function forGroups<Item>(
  items: readonly Item[],
  work: (group: readonly Item[]) => Promise<void>,
): Promise<void> {
  const size = Math.max(
    1,
    Math.ceil(Math.min(items.length / groupsAtOnce, limits.closeGroupMax / groupsAtOnce)),
  );
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size).values();
  const worker = async () => {
    for (const start of starts) await work(items.slice(start, start + size));
  };
  await Promise.all(Array.from({ length: groupsAtOnce }, worker));
}

function idOf({ customerId, period }: Pick<CloseRequest, 'customerId' | 'period'>): string {
  return statementId(customerId, period);
}

/** Of one customer at most one period in a group: the earliest; others are told to come after it. */
function uniqueRequests(requests: readonly CloseRequest[]): CloseRequest[] {
  const byId = new Map<string, CloseRequest>();
  for (const request of requests) if (!byId.has(idOf(request))) byId.set(idOf(request), request);
  return [...byId.values()].sort((a, b) => (a.period < b.period ? -1 : a.period > b.period ? 1 : 0));
}

/** Periods of one customer that are asked for together are closed one after the other. */
async function closeGroup(dependencies: Dependencies, requests: readonly CloseRequest[]): Promise<Results> {
  const results = new Map<string, CloseResult>();
  for (let left = requests; left.length > 0; ) {
    const round = new Map<string, CloseRequest>();
    for (const request of left) if (!round.has(request.customerId)) round.set(request.customerId, request);
    for (const result of await closeOnce(dependencies, [...round.values()])) results.set(result.id, result);
    left = left.filter((request) => round.get(request.customerId) !== request);
  }
  return results;
}

interface PlannedClose extends StatementToCompose {
  readonly request: CloseRequest;
}

/** At most one period a customer. */
async function closeOnce(
  dependencies: Dependencies,
  requests: readonly CloseRequest[],
): Promise<CloseResult[]> {
  const { catalog, clock, ingest, sequence, writeLane } = dependencies;
  // Taken where records are written: what is not above it is in the catalog, or in the journal's hands.
  const watermark = await writeLane(async () => sequence.last());
  await ingest.settle();
  const nowMs = clock.nowMs();
  const { planned, results } = await planCloses(dependencies, requests, watermark, nowMs);
  if (planned.length === 0) return results;
  const contents = await composeStatements(dependencies, { statements: planned, watermark, nowMs });
  const previous = await previousHashes(dependencies, planned);
  const written = await writeLane(async () => {
    const writes: StatementWrite[] = [];
    for (const [index, plan] of planned.entries()) {
      const content = contents[index] as StatementContent;
      if (index % statementsInTurn === statementsInTurn - 1) await new Promise(setImmediate);
      if (hasChanged(dependencies, plan)) continue;
      const previousHash = previous.get(plan.customer.id) ?? null;
      const parts = { plan, content, previousHash, sequence: sequence.next(), nowMs };
      writes.push(closedStatement(dependencies, parts));
    }
    if (writes.length > 0) await dependencies.recordStore.addStatements(writes);
    catalog.keepCloses(writes.map(({ statement }) => stampOf(statement)));
    return new Set(writes.map(({ statement }) => statement.id));
  });
  return [...results, ...planned.map((plan) => resultOf(dependencies, plan, written))];
}

/** How many are hashed before others get a turn: some milliseconds. */
const statementsInTurn = 25;

/** While the statement was computed another close was made, or the customer got another currency. */
function hasChanged({ catalog }: Pick<Dependencies, 'catalog'>, { customer, chain }: PlannedClose): boolean {
  const { id, currency } = customer;
  return catalog.closesOf(id).length !== chain.closes.length || catalog.customer(id)?.currency !== currency;
}

function resultOf(
  { catalog }: Pick<Dependencies, 'catalog'>,
  { customer, request }: PlannedClose,
  written: ReadonlySet<string>,
): CloseResult {
  const id = idOf(request);
  if (written.has(id)) return { ok: true, created: true, id };
  const isClosed = catalog.closesOf(customer.id).some(({ period }) => period === request.period);
  if (isClosed) return { ok: true, created: false, id };
  return { ...refuse('conflict', 'the customer was changed during the close: close it again', 'period'), id };
}

async function planCloses(
  { catalog, usageStore }: Dependencies,
  requests: readonly CloseRequest[],
  watermark: number,
  nowMs: number,
): Promise<{ planned: PlannedClose[]; results: CloseResult[] }> {
  const view = catalog.asOf(watermark);
  const results: CloseResult[] = [];
  const planned: PlannedClose[] = [];
  const known = requests.flatMap((request) => {
    const customer = view.customer(request.customerId);
    if (customer) return [{ request, customer }];
    results.push({
      ...refuse('not_found', `there is no customer ${JSON.stringify(request.customerId)}`),
      id: idOf(request),
    });
    return [];
  });
  const unclosed = known.map(({ customer }) => customer.id).filter((id) => view.closesOf(id).length === 0);
  const firstEvents =
    unclosed.length === 0
      ? new Map()
      : await usageStore.firstEventTimes(unclosed, { sequenceMax: watermark });
  for (const { request, customer } of known) {
    const chain = chainOf(catalog, view, customer, firstEvents.get(customer.id) ?? null);
    const plan: ClosePlan | Refusal = planClose(chain, request.period, nowMs);
    if (!plan.ok) results.push({ ...plan, id: idOf(request) });
    else if (plan.kind === 'closed') results.push({ ok: true, created: false, id: idOf(request) });
    else planned.push({ request, customer, chain, period: plan.period });
  }
  return { planned, results };
}

async function previousHashes(
  { recordStore }: Dependencies,
  planned: readonly PlannedClose[],
): Promise<ReadonlyMap<string, string>> {
  const ids = planned.flatMap(({ customer, chain }) => {
    const last = chain.closes.at(-1);
    return last === undefined ? [] : [statementId(customer.id, last.period)];
  });
  const found = ids.length === 0 ? [] : await recordStore.findStatementHashes(ids);
  return new Map(found.map(({ customerId, hash }) => [customerId, hash]));
}

interface ClosedParts {
  readonly plan: PlannedClose;
  readonly content: StatementContent;
  readonly previousHash: string | null;
  readonly sequence: number;
  readonly nowMs: number;
}

function closedStatement(
  { sha256 }: Pick<Dependencies, 'sha256'>,
  { plan, content, previousHash, sequence, nowMs }: ClosedParts,
): StatementWrite {
  const canonical = canonicalBody(statementBody({ ...content, status: 'closed', previousHash, hash: null }));
  const { id, customerId, period, currency, total, watermark, digest } = content;
  const statement: StoredStatement = {
    ...{ id, customerId, period: period.name, fromMs: period.fromMs, toMs: period.toMs },
    ...{ watermark, sequence, currency, total, digest, previousHash, canonical },
    hash: sha256(canonical),
    closedAtMs: nowMs,
  };
  const { canonical: _, ...summary } = statement;
  const audit = auditEntryOf({
    ...{ actor: plan.request.actor, action: 'close', subject: 'statement', subjectId: id },
    ...{ atMs: nowMs, before: null, after: summary },
  });
  return { statement, audit };
}

function stampOf({ customerId, period, fromMs, toMs, watermark, sequence }: StoredStatement) {
  return { customerId, period, fromMs, toMs, watermark, sequence };
}
