/** What every comparison of totals works with. */
import type { Comparison } from '../difference.ts';
import type { HttpApi } from '../http-api.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { World } from '../workload/world.ts';

export interface CheckParts {
  readonly world: World;
  readonly oracle: Oracle;
  readonly api: HttpApi;
  readonly comparison: Comparison;
}

export const questionsInFlight = 4;

/** The world's span, explicitly: questions default to the current month. */
export function spanQuery({ world }: CheckParts, more: Readonly<Record<string, string>>): URLSearchParams {
  const [from, to] = [new Date(world.fromMs).toISOString(), new Date(world.toMs).toISOString()];
  return new URLSearchParams({ ...more, from, to });
}
