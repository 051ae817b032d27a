import type { CustomerUsage } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { checkOutcomes } from './check-outcomes.ts';
import { checkTotals } from './check-totals.ts';
import { describeDifference, newComparison } from './difference.ts';
import type { HttpApi } from './http-api.ts';
import type { ExpectedCustomer } from './oracle/account.ts';
import { expectAnswers } from './oracle/expect.ts';
import type { Observed } from './run-plan.ts';
import { makeCustomers } from './workload/customers.ts';
import { makePlan } from './workload/make-plan.ts';
import { allSendings } from './workload/plan.ts';

const nowMs = Date.UTC(2026, 10, 24, 10);
const plan = makePlan({
  seed: 1,
  customers: makeCustomers(1, 25),
  events: 200,
  batchEvents: 50,
  nowMs,
  anchorMs: nowMs,
});
const sendings = allSendings(plan);
const expectation = expectAnswers({ ...plan, sendings });

/** What a server without any mistake answers. Tests spoil it in one place and look whether that is seen. */
function rightAnswers() {
  const rowsOf = (customers: readonly ExpectedCustomer[]) =>
    customers.flatMap(({ customerId, services }) =>
      services.map(({ service, quantity, events }) => ({
        customer_id: customerId,
        service,
        quantity,
        events,
      })),
    );
  const analysis = expectation.customers.map((one) => ({
    customer_id: one.customerId,
    events: one.events,
    total_quantity: one.totalQuantity,
    total_cost: one.exactCost,
    currency: 'USD',
    usage_factor: one.usageFactor,
    category: one.category as string,
  }));
  const usages = expectation.customers.map(
    ({ customerId, services, totalCost }): CustomerUsage => ({
      customer_id: customerId,
      from: '',
      to: '',
      currency: 'USD',
      services: services.map((service) => ({ ...service, unit: 'unit' })),
      total_cost: totalCost,
      unpriced: [],
    }),
  );
  const rows = [...rowsOf(expectation.customers), ...rowsOf(expectation.suspended)];
  return { rows, analysis, usages, suspense: rowsOf(expectation.suspended) };
}

type Answers = ReturnType<typeof rightAnswers>;

async function differencesIn(answers: Answers): Promise<string[]> {
  const bodies: Record<string, unknown> = {
    '/v1/usage': { rows: answers.rows },
    '/v1/suspense': { items: answers.suspense, next_cursor: null },
    '/v1/analysis/customers': { items: answers.analysis, next_cursor: null },
  };
  const api: HttpApi = {
    request: async (_method, path) => ({ status: 200, body: bodies[path.split('?')[0] ?? ''] }),
  };
  const reader = {
    getUsage: async (id: string) => answers.usages.find((usage) => usage.customer_id === id) as CustomerUsage,
  };
  const comparison = newComparison();
  await checkTotals(comparison, { plan, expectation, api, reader });
  expect(comparison.compared).toBeGreaterThan(500);
  return comparison.differences.map((difference) => describeDifference(plan.seed, difference));
}

test('right totals agree', async () => {
  expect(await differencesIn(rightAnswers())).toEqual([]);
});

/** Spoils the first entry. */
function spoil<T extends object>(items: T[], change: (entry: T) => Partial<T>): void {
  const entry = items[0] as T;
  items[0] = { ...entry, ...change(entry) };
}

test.each<[string, (answers: Answers) => void, RegExp]>([
  [
    'a quantity a hundredth off',
    ({ rows }) => spoil(rows, (one) => ({ quantity: `${one.quantity}1` })),
    /GET \/v1\/usage.*quantity/,
  ],
  [
    'an event counted twice',
    ({ rows }) => spoil(rows, (one) => ({ events: one.events + 1 })),
    /GET \/v1\/usage.*events/,
  ],
  ['a lost row', ({ rows }) => void rows.shift(), /GET \/v1\/usage.*got nothing/],
  [
    'a row too many',
    ({ rows }) => void rows.push({ ...rows[0], service: 'Other' } as (typeof rows)[0]),
    /services used/,
  ],
  [
    'a cent',
    ({ usages }) => spoil(usages[0]?.services ?? [], () => ({ cost: '0.00' })),
    /usage.*cost: expected .*, got 0\.00/,
  ],
  ['a total', ({ usages }) => spoil(usages, (one) => ({ total_cost: `${one.total_cost}0` })), /total_cost/],
  [
    'another spelling of a factor',
    ({ analysis }) => spoil(analysis, (one) => ({ usage_factor: `${one.usage_factor}0` })),
    /usage_factor/,
  ],
  [
    'a category',
    ({ analysis }) => spoil(analysis, () => ({ category: 'low' })),
    /category: expected high, got low/,
  ],
  [
    'an unlisted customer',
    ({ analysis }) => void analysis.pop(),
    /customer-25: category: expected no, got nothing/,
  ],
  ['suspended usage', ({ suspense }) => void suspense.pop(), /GET \/v1\/suspense.*got nothing/],
])('%s is found, and named with seed and customer', async (_name, spoilOne, message) => {
  const answers = rightAnswers();
  spoilOne(answers);
  const found = await differencesIn(answers);
  expect(found.length).toBeGreaterThan(0);
  expect(found.some((text) => message.test(text) && text.startsWith('seed 1: '))).toBe(true);
});

function rightOutcomes(): Observed[] {
  return expectation.verdicts.map(({ status, code, warning }) => ({
    status,
    ...(code === undefined ? {} : { code }),
    warnings: warning === undefined ? [] : [warning],
  }));
}

function outcomeDifferences(observed: readonly Observed[], storedBefore = 0): string[] {
  const comparison = newComparison();
  checkOutcomes(comparison, { plan, expectation, observed, storedBefore });
  return comparison.differences.map((difference) => describeDifference(plan.seed, difference));
}

const indexOf = (kind: string) => sendings.findIndex((sending) => sending.kind === kind);

test('right outcomes agree, whichever of two events in flight together came first', () => {
  const observed = rightOutcomes();
  expect(outcomeDifferences(observed)).toEqual([]);
  const pair = sendings.filter(
    ({ racing }) => racing !== null && racing === sendings[indexOf('repeat_in_flight')]?.racing,
  );
  const [one, other] = pair.map(({ index }) => index) as [number, number];
  [observed[one], observed[other]] = [observed[other] as Observed, observed[one] as Observed];
  expect(outcomeDifferences(observed)).toEqual([]);
});

test.each<[string, Observed]>([
  ['usage', { status: 'duplicate', warnings: [] }],
  ['repeat_in_flight', { status: 'duplicate', warnings: [] }],
  ['repeat_later', { status: 'accepted', warnings: [] }],
  ['conflict', { status: 'duplicate', warnings: [] }],
  ['quantity_negative', { status: 'accepted', warnings: [] }],
  ['service_missing', { status: 'rejected', code: 'event_invalid', warnings: [] }],
  ['customer_unknown', { status: 'accepted', warnings: [] }],
])('a wrong answer to a sending of kind %s is found', (kind, wrong) => {
  const observed = rightOutcomes();
  observed[indexOf(kind)] = wrong;
  expect(outcomeDifferences(observed)).not.toEqual([]);
});

test('a conflict between two events in flight together is found, though as many were accepted as should be', () => {
  const observed = rightOutcomes();
  const second = sendings.findIndex(
    ({ racing, expected }) => racing !== null && expected.status === 'duplicate',
  );
  observed[second] = { status: 'conflict', code: 'conflict', warnings: [] };
  expect(outcomeDifferences(observed)).toEqual([
    expect.stringContaining(
      'in flight together: answers: expected accepted 1, duplicate 1, got accepted 1, conflict 1',
    ),
  ]);
});

/** The plan's sendings as a server answers them that has the first `count` acceptable events already. */
function laterOutcomes(count: number): Observed[] {
  let left = count;
  return rightOutcomes().map((one) => {
    if (one.status !== 'accepted' || left === 0) return one;
    left -= 1;
    return { status: 'duplicate', warnings: [] };
  });
}

test('in a second run all accepted events are duplicates, conflicts and rejections stay', () => {
  const { accepted } = expectation.counts;
  const again = laterOutcomes(accepted);
  expect(outcomeDifferences(again, accepted)).toEqual([]);
  again[indexOf('usage')] = { status: 'accepted', warnings: [] };
  expect(outcomeDifferences(again, accepted)).toHaveLength(2);
});

test('after a run that was broken off either answer is right, but as many must be accepted as were missing', () => {
  const later = laterOutcomes(70);
  expect(outcomeDifferences(later, 70)).toEqual([]);
  later[indexOf('usage')] = { status: 'accepted', warnings: [] };
  const missing = expectation.counts.accepted - 70;
  expect(outcomeDifferences(later, 70)).toEqual([
    `seed 1: all sendings: accepted: expected ${missing}, got ${missing + 1}`,
  ]);
});

test('the summary tells kind by kind what was expected and what came', () => {
  const observed = rightOutcomes();
  observed[indexOf('conflict')] = { status: 'duplicate', warnings: [] };
  const outcomes = checkOutcomes(newComparison(), { plan, expectation, observed, storedBefore: 0 });
  expect(outcomes.filter(({ agrees }) => !agrees)).toEqual([
    { kind: 'conflict', sent: 2, expected: 'conflict 2', got: 'conflict 1, duplicate 1', agrees: false },
  ]);
});
