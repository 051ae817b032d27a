/**
 * What came late for customers' closed periods since their last close, as adjustments (MONEY.md 5.5): which periods and
 * services it touches, what they cost now, less what their statements have said so far. Most customers have nothing
 * late, and cost one question to the usage store together.
 */
import type { Price } from '../domain/pricing/price.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { LatePolicy } from '../domain/records/late-policy.ts';
import {
  adjustPeriod,
  billedStates,
  type LateStep,
  type LineStates,
  lineStates,
} from '../domain/statements/adjust-period.ts';
import type { Period } from '../domain/statements/period.ts';
import { closedPeriodsIn, type PeriodChain } from '../domain/statements/period-chain.ts';
import type { Adjustment } from '../domain/statements/statement.ts';
import type { StatementBody } from '../domain/statements/statement-document.ts';
import { minorDigits } from '../money/currency.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import { pricePeriods } from './price-periods.ts';

/** A customer with at least one close. */
export interface LateCustomer {
  readonly customer: Pick<Customer, 'id' | 'currency'>;
  readonly chain: PeriodChain;
}

export interface LateQuestion {
  readonly customers: readonly LateCustomer[];
  /** What counts as now. */
  readonly sequenceMax: number;
  readonly nowMs: number;
}

type Needed = Pick<Dependencies, 'catalog' | 'usageStore' | 'recordStore'>;

/** By customer; who has nothing late is absent. In the order of periods, then lines. */
export async function lateAdjustments(
  needed: Needed,
  question: LateQuestion,
): Promise<ReadonlyMap<string, readonly Adjustment[]>> {
  const customers = question.customers.filter(({ chain }) => chain.closes.length > 0);
  if (customers.length === 0) return new Map();
  const touched = await touchedPeriods(needed, { ...question, customers });
  if (touched.length === 0) return new Map();
  const [statements, steps] = await Promise.all([
    statementsSoFar(needed, touched, question.sequenceMax),
    priceSteps(needed, touched, question),
  ]);
  const adjustments = new Map<string, Adjustment[]>();
  const view = needed.catalog.asOf(question.sequenceMax);
  for (const [index, { late, period, services }] of touched.entries()) {
    const { id, currency } = late.customer;
    const before = billedStates(period.name, statements.get(id) ?? []);
    const found = adjustPeriod({
      period: period.name,
      before: ofServices(before, services, view),
      steps: steps[index] ?? [],
      digits: minorDigits(currency),
    });
    adjustments.set(id, [...(adjustments.get(id) ?? []), ...found]);
  }
  return adjustments;
}

interface TouchedPeriod {
  readonly late: LateCustomer;
  readonly period: Period;
  /** The watermark that closed it: the chain's first for a period before it. */
  readonly watermark: number;
  readonly services: Set<string>;
}

const dayMs = 86_400_000;

async function touchedPeriods(needed: Needed, question: LateQuestion): Promise<TouchedPeriod[]> {
  const view = needed.catalog.asOf(question.sequenceMax);
  const byId = new Map(question.customers.map((late) => [late.customer.id, late]));
  const touched = new Map<string, TouchedPeriod>();
  const touch = (late: LateCustomer, service: string, fromMs: number, toMs: number) => {
    for (const period of closedPeriodsIn(late.chain, fromMs, toMs)) {
      const key = `${period.name}\t${late.customer.id}`;
      const known = touched.get(key) ?? {
        late,
        period,
        watermark: watermarkOf(late.chain, period),
        services: new Set(),
      };
      known.services.add(service);
      touched.set(key, known);
    }
  };
  const touches = await needed.usageStore.lateTouches({
    customers: question.customers.map(({ customer, chain }) => {
      return { customerId: customer.id, afterSequence: lastWatermark(chain), beforeMs: endOf(chain) };
    }),
    sequenceMax: question.sequenceMax,
  });
  for (const { customerId, service, dayMs: fromMs } of touches) {
    const late = byId.get(customerId);
    if (late === undefined) continue;
    // A level that came late holds on, into every later period.
    touch(
      late,
      service,
      fromMs,
      holdsOn(service, view) ? endOf(late.chain) : Math.min(fromMs + dayMs, endOf(late.chain)),
    );
  }
  await touchByPrices(needed, question, view, touch);
  return [...touched.values()].sort((a, b) => (a.period.name < b.period.name ? -1 : 1));
}

/** Prices that were made since the last close and act before its end: first prices, and those that apply to closed periods. */
async function touchByPrices(
  { usageStore }: Needed,
  { customers, sequenceMax }: LateQuestion,
  view: CatalogView,
  touch: (late: LateCustomer, service: string, fromMs: number, toMs: number) => void,
): Promise<void> {
  const since = Math.min(...customers.map(({ chain }) => lastWatermark(chain)));
  const prices = view.prices.filter(({ sequence }) => sequence > since);
  const hits = prices.flatMap((price) =>
    customers.filter((late) => reaches(price, late)).map((late) => ({ price, late })),
  );
  if (hits.length === 0) return;
  const ids = [...new Set(hits.map(({ late }) => late.customer.id))];
  const firsts = await usageStore.firstEventTimes(ids, { sequenceMax });
  for (const { price, late } of hits) {
    const firstMs = Math.min(firsts.get(late.customer.id) ?? endOf(late.chain), startOf(late.chain));
    touch(late, price.service, Math.max(price.effectiveFromMs ?? firstMs, firstMs), endOf(late.chain));
  }
}

function reaches(price: Price, { customer, chain }: LateCustomer): boolean {
  if (price.sequence <= lastWatermark(chain) || price.currency !== customer.currency) return false;
  if (price.customerId !== null && price.customerId !== customer.id) return false;
  return (price.effectiveFromMs ?? Number.NEGATIVE_INFINITY) < endOf(chain);
}

function holdsOn(service: string, view: CatalogView): boolean {
  return view.metersOf(service).some(({ aggregation }) => aggregation === 'time_weighted');
}

function lastWatermark({ closes }: PeriodChain): number {
  return closes.at(-1)?.watermark ?? 0;
}

function startOf({ closes }: PeriodChain): number {
  return closes[0]?.fromMs ?? 0;
}

function endOf({ closes }: PeriodChain): number {
  return closes.at(-1)?.toMs ?? 0;
}

function watermarkOf({ closes }: PeriodChain, period: Period): number {
  return (closes.find((close) => close.period === period.name) ?? closes[0])?.watermark ?? 0;
}

/** Where each touched period stood after each policy's entries; most have one policy, and one step. */
async function priceSteps(
  needed: Needed,
  touched: readonly TouchedPeriod[],
  { sequenceMax, nowMs }: LateQuestion,
): Promise<LateStep[][]> {
  const now = needed.catalog.asOf(sequenceMax);
  const plans = touched.map(({ late }) => policySteps(late, now, sequenceMax));
  const steps = plans.map((): LateStep[] => []);
  for (const upTo of [...new Set(plans.flat().map((step) => step.upTo))].sort((a, b) => a - b)) {
    const asked = touched.flatMap((one, index) => {
      const plan = plans[index]?.find((step) => step.upTo === upTo);
      return plan === undefined ? [] : [{ one, index, policy: plan.policy }];
    });
    const periods = asked.map(({ one }) => {
      return {
        customer: one.late.customer,
        period: one.period,
        close: { watermark: one.watermark },
        // A policy that changed during a close has its place before it: what is known then says nothing of the close yet.
        closes: one.late.chain.closes,
        services: one.services,
      };
    });
    const view = needed.catalog.asOf(upTo);
    const priced = await pricePeriods(needed.usageStore, {
      view,
      usage: { sequenceMax: upTo },
      periods,
      nowMs,
    });
    for (const [place, { one, index, policy }] of asked.entries()) {
      const { rounding } = needed.catalog.asOf(one.watermark);
      const states = lineStates(
        priced[place]?.lines ?? [],
        minorDigits(one.late.customer.currency),
        rounding,
      );
      steps[index]?.push({ policy, states });
    }
  }
  return steps;
}

function policySteps(
  { customer, chain }: LateCustomer,
  view: CatalogView,
  sequenceMax: number,
): { policy: LatePolicy; upTo: number }[] {
  const after = lastWatermark(chain);
  let policy = view.latePolicyAt(customer.id, after);
  const steps: { policy: LatePolicy; upTo: number }[] = [];
  for (const change of view.latePolicyChanges(customer.id, after, sequenceMax)) {
    steps.push({ policy, upTo: change.sequence });
    policy = change.policy;
  }
  return [...steps, { policy, upTo: sequenceMax }];
}

async function statementsSoFar(
  { recordStore }: Needed,
  touched: readonly TouchedPeriod[],
  sequenceMax: number,
): Promise<Map<string, StatementBody[]>> {
  const ids = [...new Set(touched.map(({ late }) => late.customer.id))];
  const statements = new Map<string, StatementBody[]>();
  for (const { customerId, sequence, canonical } of await recordStore.statementsOf(ids)) {
    if (sequence > sequenceMax) continue;
    const body = JSON.parse(canonical) as StatementBody;
    statements.set(customerId, [...(statements.get(customerId) ?? []), body]);
  }
  return statements;
}

/** Of what was billed only what was priced again is compared. */
function ofServices(states: LineStates, services: ReadonlySet<string>, view: CatalogView): LineStates {
  return new Map([...states].filter(([, { meter }]) => services.has(view.meter(meter)?.service ?? meter)));
}
