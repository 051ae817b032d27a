/**
 * The oracle can see: a real server, and between it and the simulator somebody who makes it wrong in one way. Each way must
 * be found, and told with seed and place. What statements get wrong is shown in src/simulator/check.
 */
import type { EventResult, IngestAnswer } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { type HttpAnswer, type HttpApi, makeHttpApi, type RawBody } from '../../src/simulator/http-api.ts';
import { ordinary, type Scenario } from '../../src/simulator/workload/scenario.ts';
import { useServer } from '../support/server-process.ts';
import { simulateHere } from './simulate-here.ts';

const server = useServer();

const scenario: Scenario = {
  ...ordinary,
  name: 'falsified',
  summary: 'a little of everything',
  days: 40,
  services: ['api-requests', 'tokens', 'credits'],
  zones: ['Asia/Tokyo', 'America/New_York'],
  currencies: ['USD'],
  ownPriceOneIn: 0,
  creditsOfHundred: 20,
  lateDaysMax: 30,
  oddities: { late: 150, boundary: 100, extreme: 40, skewed: 20 },
  extras: { ...ordinary.extras, repeatSameBatch: 40, repeatLater: 40, conflict: 60, mistake: 100 },
};

type Event = Record<string, string> & { properties: Record<string, string> };

interface Falsifier {
  /** What is sent in place of the events, and what is answered in place of the answer. */
  send?(api: HttpApi, body: RawBody): Promise<HttpAnswer>;
  ask?(api: HttpApi, path: string): Promise<HttpAnswer>;
}

function falsified({ send, ask }: Falsifier): HttpApi {
  const api = makeHttpApi(server().url);
  return {
    send: (path, body) => (send === undefined ? api.send(path, body) : send(api, body)),
    request: (method, path, body) =>
      ask === undefined || method !== 'GET' ? api.request(method, path, body) : ask(api, path),
  };
}

const post = (api: HttpApi, body: RawBody) => api.send('/v1/events', body);
const isArray = ({ contentType }: RawBody) => contentType === 'application/json';
const eventsOf = (body: RawBody) => JSON.parse(body.text) as Event[];
const asBody = (events: readonly unknown[]): RawBody => ({
  text: JSON.stringify(events),
  contentType: 'application/json',
});
const textsOf = (body: RawBody): string[] =>
  isArray(body) ? eventsOf(body).map((event) => JSON.stringify(event)) : body.text.split('\n');

/** The answer with each result changed; null leaves it out, as it is with what was simply accepted. */
function changed(answer: HttpAnswer, change: (result: EventResult) => EventResult | null): HttpAnswer {
  const { results, ...counts } = answer.body as IngestAnswer;
  const members = {
    accepted: 'accepted',
    duplicate: 'duplicates',
    conflict: 'conflicts',
    rejected: 'rejected',
  } as const;
  const next = { ...counts };
  const kept: EventResult[] = [];
  for (const result of results) {
    const other = change(result);
    next[members[result.status]] -= 1;
    next[members[other?.status ?? 'accepted']] += 1;
    if (other !== null) kept.push(other);
  }
  return { ...answer, body: { ...next, results: kept } };
}

const countsDuplicates: Falsifier = {
  async send(api, body) {
    const answer = await post(api, body);
    const texts = textsOf(body);
    for (const { index, status } of (answer.body as IngestAnswer).results) {
      if (status !== 'duplicate') continue;
      const event = JSON.parse(texts[index] as string) as Event;
      await post(api, asBody([{ ...event, id: `${event.id}-again` }]));
    }
    return answer;
  },
};

function forgetsOne(): Falsifier {
  let isDone = false;
  return {
    async send(api, body) {
      if (isDone || !isArray(body)) return post(api, body);
      isDone = true;
      const answer = await post(api, asBody(eventsOf(body).slice(1)));
      const { results, accepted, ...counts } = answer.body as IngestAnswer;
      const moved = results.map((result) => ({ ...result, index: result.index + 1 }));
      return { ...answer, body: { ...counts, accepted: accepted + 1, results: moved } };
    },
  };
}

/** A late event counts on the day on which it came. */
const countsLateOnArrival: Falsifier = {
  async send(api, body) {
    if (!isArray(body)) return post(api, body);
    const events = eventsOf(body);
    const newest = events.reduce(
      (latest, { time }) => ((time as string) > latest ? (time as string) : latest),
      '',
    );
    const isLate = ({ time }: Event) => Date.parse(newest) - Date.parse(time as string) > 4 * 86_400_000;
    return post(api, asBody(events.map((event) => (isLate(event) ? { ...event, time: newest } : event))));
  },
};

const daysInUtc: Falsifier = {
  ask: (api, path) => api.request('GET', /window=day/.test(path) ? `${path}&time_zone=UTC` : path),
};

function overwritesOnConflict(): Falsifier {
  const overwritten = new Map<string, Event>();
  return {
    async send(api, body) {
      const answer = await post(api, body);
      const texts = textsOf(body);
      for (const { index, status } of (answer.body as IngestAnswer).results) {
        if (status !== 'conflict') continue;
        const event = JSON.parse(texts[index] as string) as Event;
        overwritten.set(`/v1/events/${event.source}/${event.id}`, event);
      }
      return answer;
    },
    async ask(api, path) {
      const answer = await api.request('GET', path);
      const event = overwritten.get(decodeURIComponent(path));
      return event === undefined ? answer : { ...answer, body: { ...(answer.body as object), ...event } };
    },
  };
}

/** Each event's cost to the cent, then the sum. */
const roundsPerEvent: Falsifier = {
  async ask(api, path) {
    const answer = await api.request('GET', path);
    const match = /^\/v1\/customers\/([^/]+)\/usage\?(.*)$/.exec(path);
    if (match === null) return answer;
    const usage = answer.body as { services: { service: string; cost: string }[]; total_cost: string };
    const cents = (cost: string) => BigInt(cost.replace('.', ''));
    let difference = 0n;
    const services = [];
    for (const entry of usage.services) {
      if (!entry.service.endsWith('-tokens')) {
        services.push(entry);
        continue;
      }
      const page = await api.request(
        'GET',
        `/v1/events?customer_id=${match[1]}&service=${entry.service}&${match[2]}&limit=1000`,
      );
      const { items } = page.body as { items: { quantity: string }[] };
      const sum = items.reduce((all, { quantity }) => all + centsAt(quantity, 2_345_678n), 0n);
      difference += sum - cents(entry.cost);
      services.push({ ...entry, cost: writeCents(sum) });
    }
    return {
      ...answer,
      body: { ...usage, services, total_cost: writeCents(cents(usage.total_cost) + difference) },
    };
  },
};

/** A quantity at so many billionths of a thousandth of a dollar a unit, rounded to cents. */
function centsAt(quantity: string, trillionths: bigint): bigint {
  const [whole = '0', fraction = ''] = quantity.split('.');
  const units = BigInt(`${whole}${fraction.padEnd(12, '0')}`) * trillionths;
  return (units / 10n ** 21n + 5n) / 10n;
}

function writeCents(cents: bigint): string {
  const text = `${cents < 0n ? -cents : cents}`.padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
}

const sumsInFloats: Falsifier = {
  async ask(api, path) {
    const answer = await api.request('GET', path);
    if (!path.startsWith('/v1/usage')) return answer;
    const { rows, ...rest } = answer.body as { rows: { quantity: string }[] };
    const bent = rows.map((row) => ({ ...row, quantity: String(Number(row.quantity)) }));
    return { ...answer, body: { ...rest, rows: bent } };
  },
};

const callsConflictsDuplicates: Falsifier = {
  send: async (api, body) =>
    changed(await post(api, body), (result) =>
      result.status === 'conflict' ? { index: result.index, status: 'duplicate' } : result,
    ),
};

const takesInvalidOnes: Falsifier = {
  send: async (api, body) =>
    changed(await post(api, body), (result) => (result.code === 'quantity_invalid' ? null : result)),
};

const saysAnotherCode: Falsifier = {
  send: async (api, body) =>
    changed(await post(api, body), (result) =>
      result.code === 'id_too_long' ? { ...result, code: 'id_invalid' } : result,
    ),
};

const forgetsToWarn: Falsifier = {
  send: async (api, body) =>
    changed(await post(api, body), (result) =>
      result.status === 'accepted' && result.warnings !== undefined ? null : result,
    ),
};

const size = { scenario, events: 300, customers: 8 };

test('without a falsifier all agrees', async () => {
  const { differences, report } = await simulateHere(falsified({}), { ...size, seed: 100 });
  expect(differences).toEqual([]);
  expect(report.comparison.compared).toBeGreaterThan(1_500);
});

let nextSeed = 200;

test.each<[name: string, falsifier: () => Falsifier, message: RegExp]>([
  ['a duplicate that is counted', () => countsDuplicates, /\/v1\/usage.*(quantity|events): expected/],
  // Sent again, it is new to the server: that is seen too.
  [
    'an event that is forgotten',
    forgetsOne,
    /\/v1\/usage.*events: expected|expected duplicate, got accepted/,
  ],
  ['rounding of each event', () => roundsPerEvent, /\/v1\/customers\/\{id\}\/usage.*cost: expected/],
  ['days that begin at midnight in UTC', () => daysInUtc, /\/v1\/usage by day/],
  ['a late event in the period in which it came', () => countsLateOnArrival, /\/v1\/usage by day/],
  ['a conflict that overwrites', overwritesOnConflict, /stored event .*: expected/],
  ['sums in binary floats', () => sumsInFloats, /\/v1\/usage.*quantity: expected/],
  [
    'a conflict that is called a duplicate',
    () => callsConflictsDuplicates,
    /expected conflict, got duplicate/,
  ],
  [
    'an invalid event that is taken',
    () => takesInvalidOnes,
    /expected rejected quantity_invalid, got accepted/,
  ],
  ['another code', () => saysAnotherCode, /expected rejected id_too_long, got rejected id_invalid/],
  ['a warning that is missing', () => forgetsToWarn, /expected accepted customer_unknown, got accepted/],
])('%s is seen', async (_, falsifier, message) => {
  const seed = nextSeed++;
  const { differences } = await simulateHere(falsified(falsifier()), { ...size, seed });
  expect(differences.length).toBeGreaterThan(0);
  expect(differences.filter((text) => message.test(text) && text.startsWith(`seed ${seed}: `))).not.toEqual(
    [],
  );
});
