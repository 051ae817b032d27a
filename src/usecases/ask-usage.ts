/** How much was used: every stored event counts, whether its customer and service are known or not. */
import { eventLimits, type PropertyValue } from '@countinghouse/client/wire';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import type { Refusal } from '../errors.ts';
import { limits } from '../limits.ts';
import type { EventFilter, GroupKey } from '../storage/usage-store.ts';
import { type Window, type WindowGrid, windowEnd, windowGrid } from '../time/window.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import type { AsOf } from './resolve-as-of.ts';

export interface UsageQuestion {
  readonly customerId?: string;
  readonly service?: string;
  /** One meter alone; its service when both are given. */
  readonly meter?: string;
  readonly source?: string;
  /** Only events that meet this. */
  readonly where?: EventCondition;
  readonly asOf?: AsOf;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly window: Window | null;
  /** Default: the customer's when one is named and known, else UTC. */
  readonly timeZone?: string;
  readonly groupBy: readonly GroupKey[];
}

export interface UsageAnswerRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  readonly quantity: string;
  readonly events: number;
}

export interface UsageAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly timeZone: string;
  readonly rows: readonly UsageAnswerRow[];
}

export type AskUsage = (question: UsageQuestion) => Promise<UsageAnswer | Refusal>;

export function makeAskUsage({ catalog, clock, ingest, usageStore }: Dependencies): AskUsage {
  return async (question) => {
    const timeZone = question.timeZone ?? zoneOf(question.customerId, catalog);
    const asked = resolveSpan(question, timeZone, clock.nowMs());
    if (!asked.ok) return asked;
    const { span } = asked;
    const grid = gridOver(question.window, timeZone, span, clock.nowMs());
    if (grid === 'empty') return { ok: true, span, timeZone, rows: [] };
    await ingest.barrier();
    const rows = await usageStore.aggregate({
      filter: filterOf(question, span),
      windows: grid,
      groupBy: question.groupBy,
      cuts: null,
      rowsMax: limits.rowsMax,
    });
    return {
      ok: true,
      span,
      timeZone,
      rows: rows
        .filter(({ events }) => events > 0)
        .map(({ windowStartMs, keys, quantity, events }) => ({
          ...clippedWindow(grid, windowStartMs, span),
          keys,
          quantity,
          events,
        })),
    };
  };
}

export function zoneOf(customerId: string | undefined, catalog: Pick<CatalogView, 'customer'>): string {
  return (customerId === undefined ? undefined : catalog.customer(customerId)?.timeZone) ?? 'UTC';
}

export function filterOf(
  question: Omit<UsageQuestion, 'window' | 'groupBy'>,
  { fromMs, toMs }: Span,
): EventFilter {
  const { customerId, source } = question;
  const service = question.service ?? question.meter;
  return {
    ...(customerId !== undefined && { customerId }),
    ...(service !== undefined && { service }),
    ...(source !== undefined && { source }),
    fromMs,
    toMs,
  };
}

/** Windows are laid only where events can be, so that a span of a thousand years costs no more than ours. */
export function gridOver(
  window: Window | null,
  zone: string,
  span: Span,
  nowMs: number,
): WindowGrid | null | 'empty' {
  const fromMs = Math.max(span.fromMs, eventLimits.timeMinMs);
  const toMs = Math.min(span.toMs, nowMs + 2 * eventLimits.timeAheadMaxMs);
  if (fromMs >= toMs) return 'empty';
  return window === null ? null : windowGrid(window, zone, fromMs, toMs);
}

/** The window of a row, cut to the span; the whole span where no window was asked for. */
export function clippedWindow(
  grid: WindowGrid | null,
  startMs: number | null,
  span: Span,
): { windowStartMs: number; windowEndMs: number } {
  if (grid === null || startMs === null) return { windowStartMs: span.fromMs, windowEndMs: span.toMs };
  return {
    windowStartMs: Math.max(startMs, span.fromMs),
    windowEndMs: Math.min(windowEnd(grid, startMs), span.toMs),
  };
}
