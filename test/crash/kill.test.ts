/**
 * `kill -9` at any moment, again and again on one folder: what was acknowledged is there exactly once, what was not
 * is safe to retry, totals stay exact and sequences never repeat or go back. (A power cut is another matter: the page
 * cache survives a kill.)
 */
import { expect, it } from 'vitest';
import type { Ingested, Listed, UsageBody } from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { makeRandom } from '../support/random.ts';
import { type Api, apiOf, pathOf } from '../support/requests.ts';
import { makeFolder, type ServerProcess, startServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

const rounds = 20;
const connections = 4;
const seed = 4711;
const random = makeRandom(seed);
const months = ['2025-03', '2025-04', '2025-10'];

interface SentEvent {
  readonly source: string;
  readonly id: string;
  readonly customer_id: string;
  readonly service: string;
  readonly time: string;
  readonly quantity: string;
}

/** What this test knows about one round's events. */
interface Round {
  readonly source: string;
  readonly sent: Map<string, SentEvent>;
  readonly acknowledged: Set<string>;
}

/** Hundredths are unique enough that a lost and a doubled event cannot cancel out. */
function makeEvent(source: string, number: number): SentEvent {
  const day = String(1 + random.below(28)).padStart(2, '0');
  return {
    source,
    id: `${number}`,
    customer_id: `crash-${random.below(3)}`,
    service: 'Crashed',
    time: `${months[random.below(months.length)]}-${day}T00:00:00.000Z`,
    quantity: decimalText(BigInt(1 + random.below(1_000_000)), 2),
  };
}

/** New events and, now and then, repeats of earlier ones whose answer may still be open. */
function nextBatch({ source, sent }: Round): SentEvent[] {
  const fresh = Array.from({ length: 1 + random.below(30) }, () => makeEvent(source, sent.size));
  const batch = fresh.map((event, at) => ({ ...event, id: `${sent.size + at}` }));
  const repeats = [...sent.values()].filter(() => random.below(20) === 0).slice(0, 10);
  for (const event of batch) sent.set(event.id, event);
  return random.shuffled([...batch, ...repeats]);
}

/** Loads the server from several connections until it is gone. */
async function loadUntilKilled(server: ServerProcess, round: Round): Promise<void> {
  const api = apiOf(() => server.url);
  let answersLeft = random.below(2) === 0 ? 1 + random.below(8) : Number.POSITIVE_INFINITY;
  // Half of the rounds end right behind an answer, the others whenever chance says.
  const timer = setTimeout(
    () => server.kill('SIGKILL'),
    Number.isFinite(answersLeft) ? 60_000 : 20 + random.below(400),
  );
  const connection = async () => {
    for (;;) {
      const batch = nextBatch(round);
      const answer = await api.post<Ingested>('/v1/events', batch).catch(() => null);
      if (answer === null) return;
      answersLeft -= 1;
      if (answersLeft === 0) server.kill('SIGKILL');
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body.accepted + answer.body.duplicates, answer.text).toBe(batch.length);
      for (const { id } of batch) round.acknowledged.add(id);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  clearTimeout(timer);
  expect((await server.exited).signal).toBe('SIGKILL');
}

async function storedOf(api: Api, { source }: Round): Promise<Map<string, Listed>> {
  const items = await walkPages<Listed>(api, ['v1', 'events'], { source, limit: '1000' });
  const stored = new Map(items.map((item) => [item.id, item]));
  expect(stored.size, 'an event is stored twice').toBe(items.length);
  return stored;
}

function checkContents(stored: ReadonlyMap<string, Listed>, { sent }: Round): void {
  for (const [id, { customer_id, service, time, quantity }] of stored) {
    expect({ customer_id, service, time, quantity }).toEqual(contentOf(sent.get(id)));
  }
}

function contentOf(event: SentEvent | undefined) {
  const { source: _, id: __, ...content } = event ?? ({} as SentEvent);
  return content;
}

async function checkTotal(api: Api, { source, sent }: Round): Promise<void> {
  const query = { source, from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
  const { body } = await api.get<UsageBody>(pathOf(['v1', 'usage'], query));
  const hundredths = [...sent.values()].reduce((sum, { quantity }) => sum + unitsOf(quantity, 2), 0n);
  const wanted = { quantity: decimalText(hundredths, 2), events: sent.size };
  expect(body.rows).toMatchObject(sent.size === 0 ? [] : [wanted]);
}

/** After a restart: nothing acknowledged is missing, and a retry of the rest makes the round complete. */
async function checkAndRetry(api: Api, round: Round, highest: bigint): Promise<bigint> {
  const before = await storedOf(api, round);
  checkContents(before, round);
  const lost = [...round.acknowledged].filter((id) => !before.has(id));
  expect(lost, 'acknowledged and lost').toEqual([]);

  const open = [...round.sent.values()].filter(({ id }) => !round.acknowledged.has(id));
  const answer = await api.post<Ingested>('/v1/events', open);
  const missing = open.filter(({ id }) => !before.has(id)).length;
  expect(answer.body).toMatchObject({
    accepted: missing,
    duplicates: open.length - missing,
    conflicts: 0,
    rejected: 0,
  });

  const after = await storedOf(api, round);
  checkContents(after, round);
  expect(after.size).toBe(round.sent.size);
  for (const [id, { sequence }] of before) expect(after.get(id)?.sequence).toBe(sequence);
  await checkTotal(api, round);
  return checkSequences([...after.values()], highest);
}

/** Every sequence is new and above all that were given before this round. Returns the highest. */
function checkSequences(items: readonly { sequence: string }[], highest: bigint): bigint {
  const sequences = items.map(({ sequence }) => BigInt(sequence));
  expect(new Set(sequences).size).toBe(sequences.length);
  for (const sequence of sequences) expect(sequence > highest, `${sequence} > ${highest}`).toBe(true);
  return [highest, ...sequences].sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? highest;
}

it(`${rounds} times killed under load (seed ${seed}): every event counts exactly once`, {
  timeout: 400_000,
}, async () => {
  const data = await makeFolder();
  const past: Round[] = [];
  let highest = 0n;
  for (let number = 0; number <= rounds; number += 1) {
    const server = await startServer({ data });
    const api = apiOf(() => server.url);
    const last = past.at(-1);
    if (last) highest = await checkAndRetry(api, last, highest);
    const record = await api.put<{ sequence: string }>(`/v1/customers/round-${number}`, { name: 'R' });
    highest = checkSequences([record.body], highest);
    const round = { source: `round-${number}`, sent: new Map(), acknowledged: new Set<string>() };
    if (number < rounds) {
      await loadUntilKilled(server, round);
      past.push(round);
    } else {
      for (const each of past) await checkTotal(api, each);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    }
  }
  expect(past.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)).toBeGreaterThan(rounds);
});
