import type { EventResult } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { describeDifference, newComparison } from './difference.ts';
import type { HttpAnswer, HttpApi, RawBody } from './http-api.ts';
import { makeJudge } from './oracle/judge.ts';
import { makeOracle } from './oracle/oracle.ts';
import { makeOutcomeLedger } from './outcome-ledger.ts';
import { fullSpeed } from './pace.ts';
import { type Progress, passOver, runWaves } from './run-waves.ts';
import { findScenario } from './scenarios/scenario-list.ts';
import type { Scenario } from './workload/scenario.ts';
import { makeWaves, waveEvents } from './workload/waves.ts';
import { makeWorld } from './workload/world.ts';

const toMs = Date.UTC(2026, 10, 24, 10);
const scenario = findScenario('retry-storm') as Scenario;
const worldOf = (events: number) => makeWorld({ scenario, seed: 3, events, customers: 5, days: 2, toMs });

interface ServerOptions {
  /** What becomes of the n-th request: its answer, 503, or none, with or without the events being stored. */
  readonly fate?: (turn: number) => 'answered' | 'busy' | 'stored and busy' | 'lost' | 'stored and lost';
}

/** A server in memory, right in all but its manners: it has a judge of its own. */
function makeServer(world = worldOf(300), { fate = () => 'answered' }: ServerOptions = {}) {
  const judge = makeJudge({ ...world, nowMs: toMs });
  let [turn, now, most] = [0, 0, 0];
  const statusOf = (text: string): EventResult => {
    const { status, code, warnings = [] } = judge.judge(text);
    return {
      index: 0,
      status,
      ...(code && { code }),
      ...(warnings.length > 0 && { warnings }),
    } as EventResult;
  };
  async function send(_path: string, body: RawBody): Promise<HttpAnswer> {
    turn += 1;
    now += 1;
    most = Math.max(most, now);
    const becomes = fate(turn);
    const texts = body.contentType.includes('ndjson')
      ? body.text.split('\n')
      : (JSON.parse(body.text) as unknown[]).map((event) => JSON.stringify(event));
    const all = becomes === 'answered' || becomes.startsWith('stored') ? texts.map(statusOf) : [];
    await new Promise(setImmediate);
    now -= 1;
    if (becomes.endsWith('lost')) throw new Error('the connection was cut');
    if (becomes.endsWith('busy')) return { status: 503, body: {}, retryAfter: '1' };
    const count = (status: string) => all.filter((one) => one.status === status).length;
    const results = all
      .map((one, index) => ({ ...one, index }))
      .filter(({ status, warnings }) => status !== 'accepted' || warnings);
    const counts = { accepted: count('accepted'), duplicates: count('duplicate') };
    const others = { conflicts: count('conflict'), rejected: count('rejected') };
    return { status: 200, body: { ...counts, ...others, results }, retryAfter: null };
  }
  const api: HttpApi = { send, request: async () => ({ status: 404, body: {}, retryAfter: null }) };
  return { api, mostInFlight: () => most, requests: () => turn };
}

async function run(
  api: HttpApi,
  { world = worldOf(300), fromWave = 0, patienceMs = 0, mayBeStored = false } = {},
) {
  const waves = makeWaves(world, { batchEvents: 40, extras: true });
  const oracle = makeOracle({ ...world, nowMs: toMs });
  passOver(waves, oracle, fromWave);
  const comparison = newComparison();
  const ledger = makeOutcomeLedger(comparison);
  const progress: Progress[] = [];
  let clockMs = 0;
  await runWaves({
    ...{ waves, oracle, ledger, fromWave, mayBeStored, usageTotal: world.events },
    sender: {
      api,
      client: null,
      patienceMs,
      monotonicMs: () => clockMs,
      sleep: async () => {
        clockMs += 10;
      },
    },
    batchesInFlight: 3,
    pace: fullSpeed,
    onWave: async () => {},
    onProgress: (one) => progress.push(one),
    onRequest: () => {},
    monotonicMs() {
      clockMs += 1;
      return clockMs;
    },
  });
  const differences = comparison.first.map((one) => describeDifference(world.seed, one));
  return { differences, ledger, oracle, progress, comparison };
}

test('a right server agrees, with several batches in flight, and progress goes to the end', async () => {
  const server = makeServer();
  const { differences, progress, oracle, ledger } = await run(server.api);
  expect(differences).toEqual([]);
  expect(server.mostInFlight()).toBe(3);
  expect(ledger.accepted()).toBe(oracle.counts.accepted);
  expect(progress.some(({ secondsLeft }) => (secondsLeft ?? 0) > 0)).toBe(true);
  expect(progress.at(-1)).toMatchObject({ usage: 300, usageTotal: 300 });
});

test('what was refused for now is sent again, and the answers are as if it had not been', async () => {
  const server = makeServer(undefined, { fate: (turn) => (turn % 3 === 0 ? 'busy' : 'answered') });
  expect((await run(server.api)).differences).toEqual([]);
});

test('what was refused for now may be stored all the same, as the repeat finds out', async () => {
  const fate = (turn: number) => (turn % 4 === 1 ? ('stored and busy' as const) : ('answered' as const));
  const { differences, ledger, oracle } = await run(makeServer(undefined, { fate }).api);
  expect(differences).toEqual([]);
  expect(ledger.accepted()).toBeLessThan(oracle.counts.accepted);
});

test('after a lost answer both answers are right, and nothing else is', async () => {
  const fate = (turn: number) => (turn % 4 === 1 ? ('stored and lost' as const) : ('answered' as const));
  const { differences, ledger, oracle } = await run(makeServer(undefined, { fate }).api, {
    patienceMs: 1_000,
  });
  expect(differences).toEqual([]);
  expect(ledger.accepted()).toBeLessThan(oracle.counts.accepted);
});

test('without patience a lost answer ends the run, and says why', async () => {
  const server = makeServer(undefined, { fate: () => 'lost' });
  await expect(run(server.api)).rejects.toThrow('the connection was cut');
});

test('a run that is taken up sends only the rest, and the answers agree with what was sent before', async () => {
  const world = worldOf(waveEvents + 200);
  const server = makeServer(world);
  await run(server.api, { world });
  const whole = server.requests();
  // The same server, which has it all: the rest is duplicates.
  const { differences, ledger } = await run(server.api, { world, fromWave: 1, mayBeStored: true });
  expect(differences).toEqual([]);
  expect(server.requests() - whole).toBeLessThan(whole / 5);
  expect(ledger.accepted()).toBe(0);
});

test('a server that forgets an identity is found by the first repeat', async () => {
  const world = worldOf(300);
  const waves = makeWaves(world, { batchEvents: 40, extras: true });
  const repeated = waves
    .make(0)
    .phases.at(-1)
    ?.batches[0]?.sendings.find(({ kind }) => kind === 'repeat_later');
  const server = makeServer(world);
  const forgetful: HttpApi = {
    ...server.api,
    async send(path, body) {
      const answer = await server.api.send(path, body);
      const id = JSON.parse(repeated?.text ?? '{}').id as string;
      const at = body.contentType.includes('ndjson')
        ? -1
        : (JSON.parse(body.text) as { id: string }[]).findIndex((one) => one.id === id);
      const content = answer.body as { accepted: number; duplicates: number; results: EventResult[] };
      const isDuplicate = content.results.some(({ index, status }) => index === at && status === 'duplicate');
      if (!isDuplicate) return answer;
      const results = content.results.filter(({ index }) => index !== at);
      return {
        ...answer,
        body: { ...content, accepted: content.accepted + 1, duplicates: content.duplicates - 1, results },
      };
    },
  };
  const { differences } = await run(forgetful, { world });
  expect(differences[0]).toMatch(
    /^seed 3: answer to repeat_\w+ .*: status: expected duplicate, got accepted$/,
  );
});
