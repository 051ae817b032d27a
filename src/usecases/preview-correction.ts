/**
 * What a correction would change about customers' lines, open and closed periods alike, before anybody makes it. It is held
 * to the same rules as the correction itself, and writes nothing.
 */
import type { AmendedContent } from '../domain/events/correction.ts';
import { type CorrectionInput, checkCorrection } from '../domain/events/next-correction.ts';
import { type LineStates, lineStates } from '../domain/statements/adjust-period.ts';
import { periodsIn } from '../domain/statements/periods-in.ts';
import type { Refusal } from '../errors.ts';
import { minorDigits } from '../money/currency.ts';
import { compare, formatFixed, roundDecimal, subtract, zero } from '../money/decimal.ts';
import type { UsageView } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';
import { chainOf } from './chain-of.ts';
import type { Dependencies } from './dependencies.ts';
import { planCorrection } from './post-correction.ts';
import { type PeriodToPrice, pricePeriods } from './price-periods.ts';
import { resolveAsOf } from './resolve-as-of.ts';

/** A line that would change; amounts are money of `currency`. A line that is not there has the amount 0. */
export interface PreviewedChange {
  readonly customerId: string;
  /** `2026-10`. */
  readonly period: string;
  readonly line: string;
  readonly currency: string;
  readonly amountBefore: string;
  readonly amountAfter: string;
  readonly difference: string;
}

export type PreviewCorrection = (
  input: CorrectionInput,
) => Promise<{ readonly ok: true; readonly changes: readonly PreviewedChange[] } | Refusal>;

export function makePreviewCorrection(dependencies: Dependencies): PreviewCorrection {
  const { catalog, clock, ingest, usageStore } = dependencies;
  return async (input) => {
    const fault = checkCorrection(input);
    if (fault) return fault;
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    await ingest.barrier();
    const planned = await planCorrection(dependencies, input);
    if (!planned.ok) return planned;
    if (planned.stored) return { ok: true, changes: [] };
    const nowMs = clock.nowMs();
    const { before, content } = planned;
    const periods = touchedPeriods(dependencies, view, content ? [before, content] : [before], nowMs);
    if (periods.length === 0) return { ok: true, changes: [] };
    const { id, action, source, eventId, reason } = input;
    const correction = {
      ...{ id, action, source, eventId, reason, actor: '', event: content },
      ...{ sequence: Number.MAX_SAFE_INTEGER, receivedAtMs: nowMs },
    };
    const price = (usage: UsageView) => pricePeriods(usageStore, { view, usage, periods, nowMs });
    const now = await price({ sequenceMax });
    const then = await price({ sequenceMax, plus: [correction] });
    const changes = periods.flatMap((asked, index) => {
      const { currency } = asked.customer;
      const rounding = asked.close ? catalog.asOf(asked.close.watermark).rounding : view.rounding;
      const states = (lines: (typeof now)[number]['lines']) =>
        lineStates(lines, minorDigits(currency), rounding);
      return changesOf(asked, states(now[index]?.lines ?? []), states(then[index]?.lines ?? []));
    });
    return { ok: true, changes };
  };
}

type Where = Pick<AmendedContent, 'customerId' | 'service' | 'timeMs'>;

/** The periods in which the event is, or would be; a level holds on into all that follow. */
function touchedPeriods(
  { catalog }: Pick<Dependencies, 'catalog'>,
  view: CatalogView,
  places: readonly Where[],
  nowMs: number,
): PeriodToPrice[] {
  const touched = new Map<string, PeriodToPrice & { readonly services: Set<string> }>();
  for (const { customerId, service, timeMs } of places) {
    const customer = view.customer(customerId);
    if (!customer) continue;
    const holdsOn = view.metersOf(service).some(({ aggregation }) => aggregation === 'time_weighted');
    const toMs = holdsOn ? Math.max(timeMs, nowMs) + 1 : timeMs + 1;
    for (const { period, close } of periodsIn(chainOf(catalog, view, customer, null), timeMs, toMs)) {
      const key = JSON.stringify([customerId, period.name]);
      const known = touched.get(key) ?? { customer, period, close, services: new Set() };
      known.services.add(service);
      touched.set(key, known);
    }
  }
  return [...touched.values()].sort(byCustomerThenTime);
}

function byCustomerThenTime(a: PeriodToPrice, b: PeriodToPrice): number {
  if (a.customer.id !== b.customer.id) return a.customer.id < b.customer.id ? -1 : 1;
  return a.period.fromMs - b.period.fromMs;
}

function changesOf(
  { customer, period }: PeriodToPrice,
  before: LineStates,
  after: LineStates,
): PreviewedChange[] {
  const digits = minorDigits(customer.currency);
  const money = (amount: typeof zero) => formatFixed(roundDecimal(amount, digits, 'half_even'));
  const lines = [...new Set([...before.keys(), ...after.keys()])].sort();
  return lines.flatMap((line) => {
    const [was, becomes] = [before.get(line)?.amount ?? zero, after.get(line)?.amount ?? zero];
    if (compare(was, becomes) === 0) return [];
    return [
      {
        ...{ customerId: customer.id, period: period.name, line, currency: customer.currency },
        ...{ amountBefore: money(was), amountAfter: money(becomes) },
        difference: money(subtract(becomes, was)),
      },
    ];
  });
}
