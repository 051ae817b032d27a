/** The part of the usage store that answers for meters and proofs (storage/metered-usage.ts), over the engine. */
import { createHash } from 'node:crypto';
import type { Meter } from '../../domain/meters/meter.ts';
import type { DigestQuery, DigestSpan, MeteredUsage, UsageView } from '../usage-store.ts';
import type { Statement } from './connection.ts';
import type { CorrectionsPart } from './corrections-store.ts';
import { type EventRow, readEvent } from './mapping.ts';
import { type AskInto, measure } from './measure.ts';
import {
  carriedLevelsStatement,
  type DayHashRow,
  type DigestRow,
  digestDaysStatement,
  digestStatement,
} from './sql/digest.ts';
import { type FirstTimeRow, firstTimesStatement } from './sql/first-times.ts';
import { type LateTouchRow, lateTouchesStatement } from './sql/late-touches.ts';
import { listMeteredStatement } from './sql/list-metered.ts';

export interface MeteredContext {
  ask<Row extends readonly unknown[]>(statement: Statement): Promise<Row[]>;
  readonly askInto: AskInto;
  readonly corrections: Pick<CorrectionsPart, 'sourceView' | 'corrected'>;
}

/** Of the list without entries. */
const emptyDigest = createHash('sha256').update('[]').digest('hex');

export function makeMeteredPart({ ask, askInto, corrections }: MeteredContext): MeteredUsage {
  const { sourceView, corrected } = corrections;
  const partsOf = async (spans: readonly DigestSpan[], levelMeters: readonly Meter[], view: UsageView) => {
    const own = spans.map((span) => ({ ...span, cutsMs: [] }));
    return [{ spans: own, levelMeters }, await sourceView(view, customersOf(spans))] as const;
  };
  return {
    async measure(queries, { view, rowsMax }) {
      const customers = new Set(queries.flatMap(({ spans }) => customersOf(spans)));
      return measure(queries, { ask: askInto, view: await sourceView(view, [...customers]), rowsMax });
    },
    async digest({ spans, levelMeters, view }: DigestQuery) {
      if (spans.length === 0) return [];
      const rows = await ask<DigestRow>(digestStatement(...(await partsOf(spans, levelMeters, view))));
      const found = new Map(rows.map((row) => [row[0], row]));
      return spans.map(({ customerId }) => {
        const [, digest = emptyDigest, events = 0, used = []] = found.get(customerId) ?? [];
        return { customerId, digest, events, used: used.map(readUsed) };
      });
    },
    async digestDays(span, levelMeters, view) {
      const rows = await ask<DayHashRow>(digestDaysStatement(...(await partsOf([span], levelMeters, view))));
      return rows.map(([service, day, hash]) => ({ service, day, hash }));
    },
    async listCarriedLevels(span, levelMeters, view) {
      if (levelMeters.length === 0) return [];
      const statement = carriedLevelsStatement(...(await partsOf([span], levelMeters, view)));
      return (await ask<EventRow>(statement)).map(readEvent);
    },
    async listMetered(page) {
      const view = await sourceView(page.view, [page.customerId]);
      return (await ask<EventRow>(listMeteredStatement(page, view))).map(readEvent);
    },
    async firstEventTimes(customerIds, view) {
      if (customerIds.length === 0) return new Map();
      return new Map(
        await ask<FirstTimeRow>(firstTimesStatement(customerIds, await sourceView(view, customerIds))),
      );
    },
    async lateTouches(query) {
      if (query.customers.length === 0) return [];
      const hasCorrections = corrected.touches(customersOf(query.customers));
      const rows = await ask<LateTouchRow>(lateTouchesStatement(query, hasCorrections));
      return rows.map(([customerId, service, dayMs]) => ({ customerId, service, dayMs }));
    },
  };
}

function readUsed([service, quantity, events]: DigestRow[3][number]) {
  return { service, quantity, events };
}

function customersOf(list: readonly { readonly customerId: string }[]): string[] {
  return list.map(({ customerId }) => customerId);
}
