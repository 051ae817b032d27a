/**
 * How much was used: every stored event counts, whether its customer and service are known or not. A meter says its own
 * number instead of the sum of quantities.
 */
import { eventLimits, type PropertyValue } from '@countinghouse/client/wire';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import { defaultMeter, type Meter } from '../domain/meters/meter.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import type { EventFilter, GroupKey } from '../storage/usage-store.ts';
import { type Window, type WindowGrid, windowGrid } from '../time/window.ts';
import { mapInTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import { makeClipper } from './clipped-window.ts';
import type { Dependencies } from './dependencies.ts';
import { type AsOf, resolveAsOf } from './resolve-as-of.ts';

export { readCondition } from '../domain/meters/check-condition.ts';
export type { AsOf };

export interface UsageQuestion {
  readonly customerId?: string;
  readonly service?: string;
  /** One meter alone; its service when both are given. */
  readonly meter?: string;
  readonly source?: string;
  /** Only events that meet this. */
  readonly where?: EventCondition;
  /** The entries up to there, records included. Default: all that was acknowledged. */
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

export function makeAskUsage(dependencies: Dependencies): AskUsage {
  const { catalog, clock, ingest, usageStore } = dependencies;
  return async (question) => {
    const asOf = question.asOf === undefined ? null : await resolveAsOf(dependencies, question.asOf);
    const records = asOf?.view ?? catalog;
    const nowMs = clock.nowMs();
    const timeZone = question.timeZone ?? zoneOf(question.customerId, records);
    const asked = resolveSpan(question, timeZone, nowMs);
    if (!asked.ok) return asked;
    const meter = meterOf(question, records);
    if (meter !== null && 'code' in meter) return meter;
    const { span } = asked;
    const grid = gridOver(question.window, timeZone, span, nowMs);
    if (grid === 'empty') return { ok: true, span, timeZone, rows: [] };
    if (asOf === null) await ingest.barrier();
    const rows = await usageStore.aggregate({
      ...{ filter: filterOf(question, span), windows: grid, groupBy: question.groupBy },
      ...(asOf !== null && { view: { sequenceMax: asOf.sequenceMax } }),
      ...(meter !== null && { meter, levelsUntilMs: nowMs }),
      rowsMax: limits.rowsMax,
    });
    const clip = makeClipper(grid, span);
    return {
      ...{ ok: true, span, timeZone },
      rows: await mapInTurns(rows, ({ windowStartMs: startMs, keys, quantity, events }) => {
        const { windowStartMs, windowEndMs } = clip(startMs);
        return { windowStartMs, windowEndMs, keys, quantity, events };
      }),
    };
  };
}

/** null: the sum of quantities. A meter that has no record may be the default meter of a service that has none. */
function meterOf(
  { meter: id, service }: UsageQuestion,
  records: Pick<CatalogView, 'meter'>,
): Meter | Refusal | null {
  if (id === undefined) return null;
  const meter = records.meter(id) ?? defaultMeter(id);
  if (service === undefined || service === meter.service) return meter;
  return refuse(
    'parameter_invalid',
    `meter ${id} is of the service ${meter.service}, not of ${service}`,
    'meter',
  );
}

export function zoneOf(customerId: string | undefined, catalog: Pick<CatalogView, 'customer'>): string {
  return (customerId === undefined ? undefined : catalog.customer(customerId)?.timeZone) ?? 'UTC';
}

export function filterOf(
  question: Omit<UsageQuestion, 'window' | 'groupBy'>,
  { fromMs, toMs }: Span,
): EventFilter {
  const { customerId, service, source, where } = question;
  return {
    ...(customerId !== undefined && { customerId }),
    ...(service !== undefined && { service }),
    ...(source !== undefined && { source }),
    ...(where !== undefined && { where }),
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
