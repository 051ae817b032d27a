/**
 * What a customer's running billing period will have used and cost at its end, line by line, if use goes on as in the last
 * weeks (domain/analysis/forecast.ts). What is expected is priced together with what was used, so that tiers, minimum and
 * flat amounts are those of the whole period. The numbers it is made from are in the answer.
 */
import { forecastWeeksMax, weekMs } from '../domain/analysis/forecast.ts';
import { costsBetween, type TimedUse } from '../domain/pricing/cost-windows.ts';
import { type PricedLine, priceMeter } from '../domain/pricing/price-line.ts';
import type { DimensionValue } from '../domain/pricing/price-terms.ts';
import type { Customer } from '../domain/records/customer.ts';
import { lineId } from '../domain/statements/line-id.ts';
import type { Period } from '../domain/statements/period.ts';
import { type PlacedPeriod, periodsIn } from '../domain/statements/periods-in.ts';
import { type Refusal, refuse } from '../errors.ts';
import { minorDigits } from '../money/currency.ts';
import { add, type Decimal, formatFixed } from '../money/decimal.ts';
import {
  type Fraction,
  formatFraction,
  roundFraction,
  sumFractions,
  zeroFraction,
} from '../money/fraction.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';
import { chainOf } from './chain-of.ts';
import { type MeterJob, planCosts } from './cost-plan.ts';
import type { Dependencies } from './dependencies.ts';
import { type ExpectedUse, expectUse, historyWeeks } from './expect-use.ts';
import { usedServices } from './price-periods.ts';
import { measurePlan } from './price-pieces.ts';
import { resolveAsOf } from './resolve-as-of.ts';

export interface ForecastLine {
  readonly line: string;
  readonly service: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  /** `weeks`, `pace`, or `as_it_stands` for meters whose numbers do not add up. */
  readonly basis: 'weeks' | 'pace' | 'as_it_stands';
  readonly quantitySoFar: string;
  /** What each of the last weeks brought, the latest first; empty where the basis is another. */
  readonly weeks: readonly string[];
  readonly quantityExpected: string;
  /** At the end of the period. */
  readonly quantity: string;
  /** What the use so far costs, without what the period costs as such. Exact. */
  readonly costSoFar: string;
  /** At the end of the period; exact. */
  readonly exactAmount: string;
  /** At the end of the period; rounded as a statement would. */
  readonly amount: string;
}

export interface ForecastAnswer {
  readonly ok: true;
  readonly customer: Customer;
  readonly period: Period;
  readonly nowMs: number;
  readonly lines: readonly ForecastLine[];
  readonly total: string;
}

export type ForecastPeriod = (customerId: string) => Promise<ForecastAnswer | Refusal>;

export function makeForecastPeriod(dependencies: Dependencies): ForecastPeriod {
  const { catalog, clock, usageStore } = dependencies;
  return async (customerId) => {
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const customer = view.customer(customerId);
    if (!customer) return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
    const nowMs = clock.nowMs();
    const chain = chainOf(catalog, view, customer, null);
    const [placed] = periodsIn(chain, nowMs, nowMs + 1);
    if (placed === undefined) throw new Error('no period holds this moment');
    const { period } = placed;
    const usage = { sequenceMax };
    const jobs = await measureSoFar(usageStore, { view, usage, customer, placed, nowMs });
    const firstEventMs = (await usageStore.firstEventTimes([customerId], usage)).get(customerId) ?? null;
    const question = { view, usage, customerId, period, nowMs, firstEventMs };
    const expected = await expectUse(usageStore, question, jobs);
    const digits = minorDigits(customer.currency);
    const basis = historyWeeks(question) === 0 ? ('pace' as const) : ('weeks' as const);
    const lines = jobs.flatMap((job, index) =>
      forecastLines(job, expected[index] ?? [], period, nowMs).map((line) => ({
        ...line,
        basis: job.timeline.additive ? basis : ('as_it_stands' as const),
        amount: roundFraction(line.exactAmount, digits, view.rounding),
      })),
    );
    const total = lines.reduce<Decimal>((sum, { amount }) => add(sum, amount), { units: 0n, scale: digits });
    return {
      ...{ ok: true, customer, period, nowMs, total: formatFixed(total) },
      lines: lines.map((line) => ({
        ...line,
        ...{ exactAmount: formatFraction(line.exactAmount), amount: formatFixed(line.amount) },
      })),
    };
  };
}

interface SoFarQuestion {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly customer: Customer;
  readonly placed: PlacedPeriod;
  readonly nowMs: number;
}

/** All services that were used in the period or in the weeks that the rest is expected from. */
async function measureSoFar(
  usageStore: UsageStore,
  { view, usage, customer, placed, nowMs }: SoFarQuestion,
): Promise<readonly MeterJob[]> {
  const edges = [placed.period.fromMs, Math.max(nowMs, placed.period.fromMs + 1)];
  const piece = { customer, ...placed, edges };
  const fromMs = Math.min(placed.period.fromMs, nowMs - forecastWeeksMax * weekMs);
  const history = { ...piece, period: { name: 'history', fromMs, toMs: nowMs + 1 } };
  const used = await usedServices(usageStore, { periods: [history], usage });
  const plan = await planCosts({ view, pieces: [piece], used, nowMs, meter: null, splitBy: [], where: null });
  if (!plan.ok) throw new Error(`an undivided cost was refused: ${plan.code}`);
  await measurePlan(usageStore, plan, usage);
  return plan.meterJobs;
}

function forecastLines(job: MeterJob, expected: readonly ExpectedUse[], period: Period, nowMs: number) {
  const { service, timeline, groups } = job;
  const edges = [period.fromMs, Math.max(nowMs, period.fromMs + 1)];
  const uses = [...groups.values()].flatMap((group) => group.uses);
  const stands = timeline.additive ? uses : uses.filter(({ untilMs }) => untilMs === edges[1]);
  const soFar = costsBetween(timeline, period, uses, edges);
  const { lines } = priceMeter(timeline, period, [...stands, ...expected.map(({ use }) => use)]);
  return lines.map((line) => {
    const cost = soFar.find(({ dimension }) => dimension === line.dimension)?.windows[0]?.cost;
    const { exactAmount } = line;
    return {
      service,
      ...figuresOf(line, stands, expected),
      costSoFar: formatFraction(cost ?? zeroFraction),
      exactAmount,
    };
  });
}

function figuresOf(line: PricedLine, uses: readonly TimedUse[], expected: readonly ExpectedUse[]) {
  const isMine = (dimension: DimensionValue) =>
    line.dimension === undefined || (dimension ?? null) === line.dimension;
  const of = (some: readonly TimedUse[]): Fraction =>
    sumFractions(some.filter(({ dimension }) => isMine(dimension)).map(({ quantity }) => quantity));
  const mine = expected.filter(({ use }) => isMine(use.dimension));
  return {
    line: lineId(line.meter, line.dimension),
    ...{ meter: line.meter, dimension: line.dimension },
    quantitySoFar: formatFraction(of(uses)),
    weeks: sumWeeks(mine.map(({ weeks }) => weeks)).map(formatFraction),
    quantityExpected: formatFraction(of(expected.map(({ use }) => use))),
    quantity: formatFraction(line.quantity),
  };
}

/** Week by week; a line may hold several kinds of use. */
function sumWeeks(all: readonly (readonly Fraction[])[]): Fraction[] {
  const known = all.filter(({ length }) => length > 0);
  return (known[0] ?? []).map((_, week) => sumFractions(known.map((weeks) => weeks[week] ?? zeroFraction)));
}
