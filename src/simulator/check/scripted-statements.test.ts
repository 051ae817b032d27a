/**
 * The comparison of statements, held against a server double that is right, and then wrong in one way at a time: what a
 * real server might get wrong must be seen, and named.
 */
import { beforeAll, expect, test } from 'vitest';
import { describeDifference, newComparison } from '../difference.ts';
import type { HttpAnswer, HttpApi } from '../http-api.ts';
import { writeMoney } from '../oracle/costs.ts';
import { readDecimal, writeShortest } from '../oracle/exact.ts';
import { type CountedEvent, makeJudge } from '../oracle/judge.ts';
import { makeOracle, type Oracle } from '../oracle/oracle.ts';
import type { Version } from '../oracle/statement/line.ts';
import { writeRatio } from '../oracle/statement/ratio.ts';
import { type ExpectedStatement, type MonthSpan, makeStatementBook } from '../oracle/statement/statement.ts';
import { findScenario } from '../scenarios/scenario-list.ts';
import type { Scenario } from '../workload/scenario.ts';
import { makeWaves } from '../workload/waves.ts';
import { makeWorld, type World } from '../workload/world.ts';
import { checkStatements, modelsFromMs } from './check-statements.ts';
import { asVersion, type StatementPrice } from './statement-prices.ts';

const scenario = { ...(findScenario('price-change') as Scenario), days: 75 };
const toMs = Date.UTC(2026, 10, 24, 10);

function worldOf(): World {
  return makeWorld({ scenario, seed: 4, events: 1_500, customers: 12, days: scenario.days, toMs });
}

/** All texts of the world that count; made once. */
const accepted: string[] = [];
beforeAll(() => {
  const world = worldOf();
  const judge = makeJudge({ ...world, nowMs: toMs });
  const waves = makeWaves(world, { batchEvents: 100, extras: true });
  for (let index = 0; index < waves.count; index += 1) {
    const sendings = waves
      .make(index)
      .phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.sendings));
    accepted.push(
      ...sendings.map(({ text }) => text).filter((text) => judge.judge(text).status === 'accepted'),
    );
    judge.endWave();
  }
});

function judged(world: World): Oracle {
  const oracle = makeOracle({ ...world, nowMs: toMs, moments: [modelsFromMs(world)] });
  for (const text of accepted) oracle.judge(text);
  return oracle;
}

/** One way to be wrong. */
interface Fault {
  readonly version?: (version: Version) => Version;
  readonly ignoresVoid?: boolean;
  readonly ignoresAmend?: boolean;
  readonly lateInOpenMonth?: boolean;
  readonly withoutAdjustments?: boolean;
  readonly withoutWarnings?: boolean;
  readonly statement?: (statement: ExpectedStatement) => ExpectedStatement;
  readonly month?: (month: MonthSpan) => MonthSpan;
}

/** A server of statements over a tally of its own, as the contract has it but for the fault. */
class ScriptedServer implements HttpApi {
  private readonly fault: Fault;
  private readonly world = worldOf();
  private readonly oracle = judged(this.world);
  private readonly prices: StatementPrice[] = this.world.prices.map((price, position) => ({
    ...{ id: `${this.world.name}-price-${position}`, service: price.service, currency: price.currency },
    ...{ model: 'per_unit', unit_amount: price.unitAmount },
    ...(price.customerId === null ? {} : { customer_id: price.customerId }),
    ...(price.effectiveFromMs === null
      ? {}
      : { effective_from: new Date(price.effectiveFromMs).toISOString() }),
  }));
  private readonly book = makeStatementBook({
    ...{ tally: this.oracle.tally, zones: this.oracle.zones },
    services: this.world.services.map(({ name }) => name),
    versionsOf: ({ id, currency }, service) =>
      this.prices
        .filter((price) => price.service === service && price.currency === currency)
        .filter(({ customer_id }) => customer_id === undefined || customer_id === id)
        .map(asVersion)
        .map((version) => this.fault.version?.(version) ?? version),
  });
  private readonly corrections = new Map<string, string>();
  private readonly voided = new Set<string>();
  private readonly corrected = new Map<string, string>();
  private readonly closed = new Map<string, ExpectedStatement>();

  constructor(fault: Fault) {
    this.fault = fault;
  }

  async send(): Promise<HttpAnswer> {
    throw new Error('nothing is sent as it stands here');
  }

  async request(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = (status: number, content: unknown) => ({ status, body: content, retryAfter: null });
    const customer = this.world.customers.find(({ id }) => path.includes(`/${id}/`));
    if (path === '/v1/prices') {
      this.prices.push(body as StatementPrice);
      return answer(201, {});
    }
    if (path === '/v1/corrections') return this.correct(body as Correction);
    if (path === '/v1/events')
      return answer(200, { results: (body as Sent[]).map((event) => this.take(event)) });
    if (path.startsWith('/v1/events/')) return answer(200, this.stored(path));
    if (customer === undefined) throw new Error(`${method} ${path} is not scripted`);
    const { period } = (body ?? Object.fromEntries(new URL(path, 'http://x').searchParams)) as {
      period: string;
    };
    const month = (this.fault.month ?? ((one) => one))(this.monthOf(period, customer.zone));
    const key = `${customer.id} ${period}`;
    const statement =
      method === 'POST'
        ? (this.closed.get(key) ?? this.book.close(customer, month))
        : this.book.draft(customer, month);
    const isFirst = method === 'POST' && !this.closed.has(key);
    if (method === 'POST') this.closed.set(key, statement);
    return answer(
      isFirst ? 201 : 200,
      asWire((this.fault.statement ?? ((one) => one))(this.without(statement)), customer.currency),
    );
  }

  private without(statement: ExpectedStatement): ExpectedStatement {
    if (!this.fault.withoutAdjustments) return statement;
    const total = statement.lines.reduce((sum, { amount }) => sum + amount, 0n);
    return { ...statement, adjustments: [], total };
  }

  private monthOf(period: string, zone: string): MonthSpan {
    const day = Date.parse(`${period}-01T00:00:00Z`) / 86_400_000;
    return { period, ...this.oracle.zones.monthOf(day, zone) };
  }

  private correct(correction: Correction): HttpAnswer {
    const { id, action, source, event_id, event } = correction;
    const answer = (status: number, code: string) => ({ status, body: { code }, retryAfter: null });
    const before = this.corrections.get(id);
    if (before !== undefined) return answer(before === JSON.stringify(correction) ? 200 : 409, 'conflict');
    if (this.voided.has(event_id)) return answer(409, 'already_voided');
    this.corrections.set(id, JSON.stringify(correction));
    const original = this.oracle
      .samples()
      .find((one) => one.source === source && one.id === event_id) as CountedEvent;
    this.corrected.set(event_id, action);
    if (action === 'void') this.voided.add(event_id);
    if (action === 'void' ? this.fault.ignoresVoid : this.fault.ignoresAmend) return answer(201, '');
    this.oracle.tally.remove(original);
    if (event !== undefined)
      this.oracle.tally.add({ ...original, quantity: readDecimal(event.quantity, 12) });
    return answer(201, '');
  }

  private stored(path: string): object {
    const [, , , source = '', id = ''] = path.split('/').map(decodeURIComponent);
    const event = this.oracle.samples().find((one) => one.source === source && one.id === id) as CountedEvent;
    const [quantity, amount] = [event.quantity, event.amount].map((one) => one && writeShortest(one, 12));
    const { customerId: customer_id, service, timeMs } = event;
    const content = { customer_id, service, time: new Date(timeMs).toISOString(), quantity };
    return { source, id, ...content, ...(amount && { amount }), properties: {} };
  }

  /** A late event, or the original of a corrected one once more. */
  private take(event: Sent): object {
    const corrected = this.corrected.get(event.id);
    if (corrected !== undefined) {
      return { status: 'duplicate', warnings: this.fault.withoutWarnings ? [] : [`event_${corrected}ed`] };
    }
    const time = this.fault.lateInOpenMonth ? new Date(toMs - 1).toISOString() : event.time;
    this.oracle.judge(JSON.stringify({ ...event, time }));
    return { status: 'accepted' };
  }
}

type Sent = { readonly id: string; readonly time: string };

interface Correction {
  readonly id: string;
  readonly action: 'void' | 'amend';
  readonly source: string;
  readonly event_id: string;
  readonly event?: { readonly quantity: string };
}

function asWire({ lines, adjustments, total }: ExpectedStatement, currency: string) {
  return {
    lines: lines.map(({ meter, quantity, events, exact, amount }) => ({
      ...{ meter, quantity: writeRatio(quantity), events },
      ...{ exact_amount: writeRatio(exact), amount: writeMoney(amount, currency) },
    })),
    adjustments: adjustments.map((one) => ({ ...one, amount: writeMoney(one.amount, currency) })),
    total: writeMoney(total, currency),
  };
}

async function differencesUnder(fault: Fault): Promise<{ compared: number; found: string[] }> {
  const world = worldOf();
  const comparison = newComparison();
  const api = new ScriptedServer(fault);
  await checkStatements({ world, oracle: judged(world), api, comparison });
  return {
    compared: comparison.compared,
    found: comparison.first.map((one) => describeDifference(world.seed, one)),
  };
}

test('a server that is right agrees in all', async () => {
  const { compared, found } = await differencesUnder({});
  expect(found).toEqual([]);
  expect(compared).toBeGreaterThan(1_000);
});

/** Half-open the wrong way: [from, to) instead of (from, to], by moving each edge by the smallest quantity. */
const wrongEdge = (version: Version): Version => {
  const before = (edge: string) => writeShortest(readDecimal(edge, 12) - 1n, 12);
  const tiers = version.tiers?.map((tier) => ({
    ...tier,
    from: tier.from === '0' ? '0' : before(tier.from),
    to: tier.to === null ? null : before(tier.to),
  }));
  return tiers === undefined ? version : { ...version, tiers };
};

const perSlice = (statement: ExpectedStatement): ExpectedStatement => {
  const lines = statement.lines.map((line) => {
    const cents = line.slices.map(({ exact }) => (exact.n * 200n + exact.d) / (exact.d * 2n));
    return { ...line, amount: cents.reduce((sum, one) => sum + one, 0n) };
  });
  const adjusted = statement.adjustments.reduce((sum, { amount }) => sum + amount, 0n);
  return { ...statement, lines, total: lines.reduce((sum, { amount }) => sum + amount, adjusted) };
};

const drop = <Member extends string>(version: Version, member: Member): Version => {
  const { [member as keyof Version]: _, ...rest } = version;
  return rest as Version;
};

test.each<[name: string, fault: Fault, message: RegExp]>([
  ['a tier edge that belongs to the next tier', { version: wrongEdge }, /statement: draft .*exact_amount/],
  ['a line that rounds each slice', { statement: perSlice }, /statement: .*amount: expected/],
  ['a void that is ignored', { ignoresVoid: true }, /after corrections/],
  ['an amend that is ignored', { ignoresAmend: true }, /after corrections/],
  ['a late event in the open month', { lateInOpenMonth: true }, /after corrections and late events/],
  ['no word of a correction', { withoutWarnings: true }, /original again: expected duplicate event_/],
  ['no adjustments', { withoutAdjustments: true }, /adjustment of .*got nothing/],
  ['what is included, charged', { version: (one) => drop(one, 'included_quantity') }, /exact_amount/],
  ['no minimum', { version: (one) => drop(one, 'minimum_amount') }, /exact_amount/],
  ['no maximum', { version: (one) => drop(one, 'maximum_amount') }, /exact_amount/],
  ["the customer's own price, ignored", { version: (one) => ({ ...one, isOwn: false }) }, /exact_amount/],
  [
    'a month that ends at midnight in UTC',
    {
      month: ({ period, fromMs }) => ({
        period,
        fromMs,
        toMs: Date.UTC(+period.slice(0, 4), +period.slice(5)),
      }),
    },
    /statement: draft/,
  ],
  [
    'a cent in a total',
    { statement: (one) => ({ ...one, total: one.total + 1n }) },
    /total: expected .*, got/,
  ],
  ['a line that is missing', { statement: (one) => ({ ...one, lines: one.lines.slice(1) }) }, /got nothing/],
])('%s is seen', async (_, fault, message) => {
  const { found } = await differencesUnder(fault);
  expect(found.length).toBeGreaterThan(0);
  expect(found.some((text) => message.test(text) && text.startsWith('seed 4: '))).toBe(true);
});
