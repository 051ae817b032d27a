/**
 * Finds out whether a server has this seed's events already, so that a second run sends the very same events again
 * instead of the same identities with other times.
 */
import { expectOk, type HttpApi } from './http-api.ts';
import { anchorOf } from './workload/event-id.ts';
import type { World } from './workload/world.ts';

/** The end of the span that an earlier run simulated; null when there was none. `name` is the world's. */
export async function findEarlierEnd(api: HttpApi, name: string): Promise<number | null> {
  const path = `/v1/events?${new URLSearchParams({ source: `${name}-gateway`, limit: '1' })}`;
  const page = await expectOk<{ items: readonly { id: string }[] }>(api, 'GET', path);
  const first = page.items[0];
  return first === undefined ? null : anchorOf(first.id);
}

/** How many of the world's events the server holds. */
export async function countStored(api: HttpApi, world: World): Promise<number> {
  let events = 0;
  for (const source of world.sources) {
    const query = new URLSearchParams({
      source,
      from: new Date(world.fromMs).toISOString(),
      to: new Date(world.toMs).toISOString(),
    });
    const usage = await expectOk<{ rows: readonly { events: number }[] }>(api, 'GET', `/v1/usage?${query}`);
    events += usage.rows[0]?.events ?? 0;
  }
  return events;
}
