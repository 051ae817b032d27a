/** The span that a question is about: what was asked, or the current month in the zone (DESIGN.md 3.4). */
import { type Refusal, refuse } from '../../errors.ts';
import { monthAround } from '../../time/zone.ts';

export interface Span {
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export function resolveSpan(
  asked: { readonly fromMs?: number; readonly toMs?: number },
  zone: string,
  nowMs: number,
): { readonly ok: true; readonly span: Span } | Refusal {
  const month = monthAround(nowMs, zone);
  const span = { fromMs: asked.fromMs ?? month.fromMs, toMs: asked.toMs ?? month.toMs };
  if (span.fromMs >= span.toMs) {
    return refuse(
      'parameter_invalid',
      'from must lie before to (each defaults to the current month)',
      'from',
    );
  }
  return { ok: true, span };
}
