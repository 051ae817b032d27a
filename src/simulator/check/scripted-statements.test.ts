/**
 * The comparison of statements, held against a server double that is right, and then wrong in one way at a time: what a
 * real server might get wrong must be seen, and named.
 */
import { beforeAll, expect, test } from 'vitest';
import { describeDifference, newComparison } from '../difference.ts';
import { readDecimal, writeShortest } from '../oracle/exact.ts';
import { type CountedEvent, makeJudge } from '../oracle/judge.ts';
import { makeOracle, type Oracle } from '../oracle/oracle.ts';
import type { Condition } from '../oracle/statement/conditions.ts';
import type { Version } from '../oracle/statement/line.ts';
import type { ExpectedStatement, StatementMeter } from '../oracle/statement/statement.ts';
import { findScenario } from '../scenarios/scenario-list.ts';
import type { Scenario } from '../workload/scenario.ts';
import { makeWaves } from '../workload/waves.ts';
import { makeWorld, type World } from '../workload/world.ts';
import { checkStatements } from './check-statements.ts';
import { countedApart, modelsFromMs } from './statement-catalog.ts';
import { type Fault, ScriptedServer } from './testing/scripted-server.ts';

const scenario = { ...(findScenario('price-change') as Scenario), days: 75 };
const toMs = Date.UTC(2026, 10, 24, 10);

function worldOf(): World {
  return makeWorld({ scenario, seed: 4, events: 600, customers: 12, days: scenario.days, toMs });
}

/** All texts of the world that count; made once. */
const accepted: string[] = [];
beforeAll(() => {
  const world = worldOf();
  const judge = makeJudge({ ...world, nowMs: toMs });
  const waves = makeWaves(world, { batchEvents: 100, extras: true });
  for (let index = 0; index < waves.count; index += 1) {
    const sendings = waves
      .make(index)
      .phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.sendings));
    accepted.push(
      ...sendings.map(({ text }) => text).filter((text) => judge.judge(text).status === 'accepted'),
    );
    judge.endWave();
  }
});

function judged(world: World): Oracle {
  const oracle = makeOracle({
    ...{ ...world, nowMs: toMs, moments: [modelsFromMs(world)] },
    apart: countedApart(world),
  });
  for (const text of accepted) oracle.judge(text);
  return oracle;
}

async function differencesUnder(fault: Fault): Promise<{ compared: number; found: string[] }> {
  const world = worldOf();
  const comparison = newComparison();
  const api = new ScriptedServer(world, judged(world), fault);
  await checkStatements({ world, oracle: judged(world), api, comparison });
  return {
    compared: comparison.compared,
    found: comparison.first.map((one) => describeDifference(world.seed, one)),
  };
}

test('a server that is right agrees in all', async () => {
  const { compared, found } = await differencesUnder({});
  expect(found).toEqual([]);
  expect(compared).toBeGreaterThan(1_000);
});

/** Half-open the wrong way: [from, to) instead of (from, to], by moving each edge by the smallest quantity. */
const wrongEdge = (version: Version): Version => {
  const before = (edge: string) => writeShortest(readDecimal(edge, 12) - 1n, 12);
  const tiers = version.tiers?.map((tier) => ({
    ...tier,
    from: tier.from === '0' ? '0' : before(tier.from),
    to: tier.to === null ? null : before(tier.to),
  }));
  return tiers === undefined ? version : { ...version, tiers };
};

const perSlice = (statement: ExpectedStatement): ExpectedStatement => {
  const lines = statement.lines.map((line) => {
    const cents = line.slices.map(({ exact }) => (exact.n * 200n + exact.d) / (exact.d * 2n));
    return { ...line, amount: cents.reduce((sum, one) => sum + one, 0n) };
  });
  const adjusted = statement.adjustments.reduce((sum, { amount }) => sum + amount, 0n);
  return { ...statement, lines, total: lines.reduce((sum, { amount }) => sum + amount, adjusted) };
};

const drop = <Member extends string>(version: Version, member: Member): Version => {
  const { [member as keyof Version]: _, ...rest } = version;
  return rest as Version;
};

const leave =
  (member: 'timeMs' | 'service' | 'properties' | 'customerId') =>
  (amended: CountedEvent, before: CountedEvent): CountedEvent => ({ ...amended, [member]: before[member] });

const withoutRates = (version: Version): Version =>
  version.fallback === undefined ? version : { ...version, rates: [] };

const undivided = (version: Version): Version =>
  version.dimension === undefined ? version : { ...drop(version, 'dimension'), ...version.rates?.[0] };

const withoutLimits = (version: Version): Version =>
  version.dimension === undefined ? version : drop(drop(version, 'minimum_amount'), 'maximum_amount');

/** Where a limit belongs to what it lets through, it does not, and the other way round. */
function otherSide(meter: StatementMeter): StatementMeter {
  const text = JSON.stringify(meter.filter);
  const turned = text.replaceAll('"lte"', '"lt"').replaceAll('"gte"', '"gt"');
  return { ...meter, filter: JSON.parse(turned) as Condition };
}

test.each<[name: string, fault: Fault, message: RegExp]>([
  ['a tier edge that belongs to the next tier', { version: wrongEdge }, /statement: draft .*exact_amount/],
  ['a line that rounds each slice', { statement: perSlice }, /statement: .*amount: expected/],
  ['a void that is ignored', { ignoresVoid: true }, /after corrections/],
  ['an amend that is ignored', { amended: (_, before) => before }, /after corrections/],
  ["an amend that leaves the event's time", { amended: leave('timeMs') }, /after corrections/],
  ["an amend that leaves the event's service", { amended: leave('service') }, /after corrections/],
  ["an amend that leaves the event's properties", { amended: leave('properties') }, /after corrections/],
  [
    "an amend that leaves the event's customer",
    { amended: leave('customerId') },
    /of what was amended to another customer/,
  ],
  ['amends that add up', { amendsAddUp: true }, /after corrections/],
  ['a preview that sees nothing', { previewsNothing: true }, /preview of correction .*got nothing/],
  ['late usage that is charged although ignored', { policy: () => 'next' }, /that are ignored.*expected/],
  ['late usage that is ignored for ever', { policy: () => 'ignore' }, /some of them ignored.*expected/],
  ['an as_of that sees what came later', { ignoresAsOf: true }, /as of its watermark/],
  [
    'a fallback for what has a rate',
    { version: withoutRates },
    /statement: draft .*\/"us-east-1".*exact_amount/,
  ],
  ['no fallback for all others', { version: (one) => drop(one, 'fallback') }, /\/"ap-south-1".*got nothing/],
  ['values of a property in one line', { version: undivided }, /statement: draft .*got nothing/],
  ['limits beside the rates, ignored', { version: withoutLimits }, /\/".*exact_amount/],
  ['a filter that lets all through', { meter: ({ filter: _, ...meter }) => meter }, /-filtered-\d.*quantity/],
  ['a filter whose limit is on the other side', { meter: otherSide }, /adjustment of .*-filtered-0.*amount/],
  [
    'a count in place of a sum',
    { meter: (one) => ({ ...one, aggregation: 'count' }) },
    /-filtered-0.*quantity/,
  ],
  ['a late event in the open month', { lateInOpenMonth: true }, /after corrections and late events/],
  ['no word of a correction', { withoutWarnings: true }, /original again: expected duplicate event_/],
  ['no adjustments', { withoutAdjustments: true }, /adjustment of .*got nothing/],
  ['what is included, charged', { version: (one) => drop(one, 'included_quantity') }, /exact_amount/],
  ['no minimum', { version: (one) => drop(one, 'minimum_amount') }, /exact_amount/],
  ['no maximum', { version: (one) => drop(one, 'maximum_amount') }, /exact_amount/],
  ["the customer's own price, ignored", { version: (one) => ({ ...one, isOwn: false }) }, /exact_amount/],
  [
    'a month that ends at midnight in UTC',
    {
      month: ({ period, fromMs }) => ({
        period,
        fromMs,
        toMs: Date.UTC(+period.slice(0, 4), +period.slice(5)),
      }),
    },
    /statement: draft/,
  ],
  [
    'a cent in a total',
    { statement: (one) => ({ ...one, total: one.total + 1n }) },
    /total: expected .*, got/,
  ],
  ['a line that is missing', { statement: (one) => ({ ...one, lines: one.lines.slice(1) }) }, /got nothing/],
])('%s is seen', async (_, fault, message) => {
  const { found } = await differencesUnder(fault);
  expect(found.length).toBeGreaterThan(0);
  expect(found.some((text) => message.test(text) && text.startsWith('seed 4: '))).toBe(true);
});
