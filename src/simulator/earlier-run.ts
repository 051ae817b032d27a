/**
 * Finds out whether a server has this seed's events already, so that a second run sends the very same events
 * again instead of the same identities with other times.
 */
import { expectOk, type HttpApi } from './http-api.ts';
import { anchorOf } from './workload/event-id.ts';
import type { Plan } from './workload/plan.ts';

/** The end of the day that an earlier run of this seed simulated; null when there was none. */
export async function findEarlierAnchor(api: HttpApi, seed: number): Promise<number | null> {
  const path = `/v1/events?source=simulator-${seed}&limit=1`;
  const page = await expectOk<{ items: readonly { id: string }[] }>(api, 'GET', path);
  const first = page.items[0];
  return first === undefined ? null : anchorOf(first.id);
}

/** How many of the source's events the server holds in the plan's span. */
export async function countStored(api: HttpApi, plan: Plan): Promise<number> {
  const query = new URLSearchParams({
    source: plan.source,
    from: new Date(plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
  });
  const usage = await expectOk<{ rows: readonly { events: number }[] }>(api, 'GET', `/v1/usage?${query}`);
  return usage.rows[0]?.events ?? 0;
}
