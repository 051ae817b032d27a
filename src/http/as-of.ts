/** The parameter `as_of`: a place in the one order, as answers give it, or a moment. */
import { parseTime } from '@countinghouse/client/wire';
import { HttpProblem } from './problem.ts';

/** null where it was not given. */
export function readAsOf(text: string | undefined): { sequence: number } | { timeMs: number } | null {
  if (text === undefined) return null;
  if (/^\d{1,16}$/.test(text)) {
    const sequence = Number.parseInt(text, 10);
    if (Number.isSafeInteger(sequence)) return { sequence };
  }
  const timeMs = parseTime(text);
  if (timeMs !== null) return { timeMs };
  const detail = 'as_of must be a sequence that an answer gave, or an RFC 3339 time';
  throw new HttpProblem('parameter_invalid', detail, { field: 'as_of' });
}
