/** The window that an answer's row tells, cut to the span that was asked for. */
import type { Span } from '../domain/analysis/span.ts';
import { type WindowGrid, windowEnd } from '../time/window.ts';

export interface ClippedWindow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
}

/**
 * The window that starts at an instant; the whole span where no window was asked for. Rows come window by window, so the
 * last one is kept.
 */
export function makeClipper(grid: WindowGrid | null, span: Span): (startMs: number | null) => ClippedWindow {
  const whole = { windowStartMs: span.fromMs, windowEndMs: span.toMs };
  if (grid === null) return () => whole;
  let lastMs: number | null = null;
  let last: ClippedWindow = whole;
  return (startMs) => {
    if (startMs === lastMs) return last;
    lastMs = startMs;
    last = startMs === null ? whole : clippedWindow(grid, startMs, span);
    return last;
  };
}

function clippedWindow(grid: WindowGrid, startMs: number, span: Span): ClippedWindow {
  return {
    windowStartMs: Math.max(startMs, span.fromMs),
    windowEndMs: Math.min(windowEnd(grid, startMs), span.toMs),
  };
}
