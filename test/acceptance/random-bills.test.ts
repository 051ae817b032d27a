/**
 * Random customers with random price lists, over HTTP: each draft's lines are what the independent oracle says, exactly and
 * to the cent, and so are the costs of the month. A difference names the seed.
 */
import { expect, it } from 'vitest';
import {
  type BillEvent,
  type BillTerms,
  type BillVersion,
  billMeter,
} from '../../src/simulator/oracle/bill.ts';
import type { CostBody, CustomerUsageBody, Ingested } from '../support/answers.ts';
import { makeRandom, type Random } from '../support/random.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const seed = 20251001;
const startMs = Date.parse('2025-10-01T00:00:00Z');
const lengthMs = 31 * 86_400_000;
const customers = ['ada', 'bob', 'cyd', 'dov', 'eve', 'fay'];
const models = ['per_unit', 'graduated', 'volume', 'package', 'flat', 'percentage', 'pass_through'] as const;
const counting: readonly string[] = ['per_unit', 'graduated', 'volume', 'package'];

const text = (thousandths: bigint) => {
  const size = thousandths < 0n ? -thousandths : thousandths;
  return `${thousandths < 0n ? '-' : ''}${size / 1000n}.${(size % 1000n).toString().padStart(3, '0')}`;
};
const upTo = (random: Random, max: number) => BigInt(random.below(max + 1));

function anyTerms(random: Random, model: string): BillTerms {
  const least = random.below(3) === 0 ? upTo(random, 40_000) : null;
  const bounds = [...new Set(Array.from({ length: random.below(3) }, () => 1n + upTo(random, 60_000)))];
  const ends = [...bounds.sort((a, b) => (a < b ? -1 : 1)), null];
  return {
    ...{ unit: upTo(random, 3_000), size: 1n + upTo(random, 9_000), pack: upTo(random, 9_000) },
    ...{ rate: upTo(random, 300), flat: upTo(random, 50_000) },
    tiers: ends.map((to) => ({ to, unit: upTo(random, 3_000), flat: upTo(random, 9_000) })),
    included: counting.includes(model) && random.below(2) === 0 ? upTo(random, 30_000) : 0n,
    least,
    most: random.below(3) === 0 ? (least ?? 0n) + upTo(random, 60_000) : null,
  };
}

function anyVersions(random: Random): BillVersion[] {
  const own = random.below(3) === 0;
  return Array.from({ length: 1 + random.below(3) }, (_, index) => {
    const model = models[random.below(models.length)] as string;
    const byValue = random.below(3) === 0;
    const values = ['eu', 'us', null].slice(0, 1 + random.below(3));
    return {
      ...{ from: index === 0 ? -1 : random.below(lengthMs), own, model, terms: anyTerms(random, model) },
      byValue: byValue ? new Map(values.map((value) => [value, anyTerms(random, model)])) : null,
    };
  });
}

function fieldsOf(model: string, terms: BillTerms): object {
  const tiers = terms.tiers.map(({ to, unit, flat }, index) => ({
    from: text(terms.tiers[index - 1]?.to ?? 0n),
    to: to === null ? null : text(to),
    ...{ unit_amount: text(unit), flat_amount: text(flat) },
  }));
  return {
    ...(model === 'per_unit' && { unit_amount: text(terms.unit) }),
    ...((model === 'graduated' || model === 'volume') && { tiers }),
    ...(model === 'package' && { package_size: text(terms.size), package_amount: text(terms.pack) }),
    ...(model === 'percentage' && { rate: text(terms.rate) }),
    ...(model === 'flat' && { flat_amount: text(terms.flat) }),
    ...(counting.includes(model) && { included_quantity: text(terms.included) }),
    ...(terms.least !== null && { minimum_amount: text(terms.least) }),
    ...(terms.most !== null && { maximum_amount: text(terms.most) }),
  };
}

async function postVersion(service: string, customer: string, version: BillVersion) {
  const { from, own, model, terms, byValue } = version;
  const named = [...(byValue ?? [])].filter(([value]) => value !== null);
  const other = byValue?.get(null);
  const divided = byValue && {
    dimension: 'properties.region',
    rates: named.map(([value, ofValue]) => ({ value, ...fieldsOf(model, ofValue) })),
    ...(other && { fallback: fieldsOf(model, other) }),
  };
  const { status, text: answer } = await api.post('/v1/prices', {
    ...{ service, model, ...(divided ?? fieldsOf(model, terms)) },
    ...(own && { customer_id: customer }),
    ...(from >= 0 && { effective_from: new Date(startMs + from).toISOString() }),
  });
  expect(status, answer).toBe(201);
}

interface Draft {
  lines: { line: string; meter: string; dimension?: string | null; exact_amount: string; amount: string }[];
  total: string;
}

const ratio = (exact: string): [bigint, bigint] => {
  const [over = '', under] = exact.split('/');
  if (under !== undefined) return [BigInt(over), BigInt(under)];
  const [whole = '0', part = ''] = exact.split('.');
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
};

it(`drafts and costs agree with the oracle (seed ${seed})`, async () => {
  const random = makeRandom(seed);
  for (const customer of customers) await api.put(`/v1/customers/${customer}`, { name: customer });
  for (const customer of customers) {
    const wanted: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const service = `${customer}-${index}`;
      await api.put(`/v1/services/${service}`, { name: service, allow_negative: true });
      const versions = anyVersions(random);
      for (const version of versions) await postVersion(service, customer, version);
      const events = Array.from(
        { length: random.below(9) },
        (): BillEvent => ({
          at: random.below(lengthMs),
          quantity: upTo(random, 34_000) - 4_000n,
          money: upTo(random, 92_000) - 2_000n,
          value: ['eu', 'us', 'ap', null][random.below(4)] ?? null,
        }),
      );
      const sent = events.map(({ at, quantity, money, value }, place) => ({
        ...{
          id: `${service}/${place}`,
          customer_id: customer,
          service,
          quantity: text(quantity),
          amount: text(money),
        },
        time: new Date(startMs + at).toISOString(),
        ...(value !== null && { properties: { region: value } }),
      }));
      expect((await api.post<Ingested>('/v1/events', sent)).body.accepted).toBe(sent.length);
      for (const { value, exact, cents } of billMeter(lengthMs, versions, events)) {
        const name = value === undefined ? service : `${service}/${JSON.stringify(value)}`;
        wanted.push(`${name} ${cents} ${(exact[0] * 10n ** 30n) / exact[1]}`);
      }
    }
    const draft = await api.get<Draft>(`/v1/customers/${customer}/statements/draft?period=2025-10`);
    const lines = draft.body.lines.map(({ line, exact_amount, amount }) => {
      const [over, under] = ratio(exact_amount);
      return `${line} ${BigInt(amount.replace('.', ''))} ${(over * 10n ** 30n) / under}`;
    });
    expect(lines.sort(), customer).toEqual(wanted.sort());
    await expectCosts(customer, draft.body);
  }
});

const from = '2025-10-01T00:00:00Z';
const middle = '2025-10-13T07:11:13.123Z';
const to = '2025-11-01T00:00:00Z';

/** The exact costs of the month, whole, in two parts and by window, are the sum of the draft's exact lines. */
async function expectCosts(customer: string, { lines, total }: Draft): Promise<void> {
  const sum = (all: string[]) =>
    all.map(ratio).reduce(([a, b], [c, d]) => [a * d + c * b, b * d] as [bigint, bigint], [0n, 1n]);
  const [over, under] = sum(lines.map(({ exact_amount }) => exact_amount));
  const ways: Record<string, string>[][] = [
    [{ from, to }],
    [
      { from, to: middle },
      { from: middle, to },
    ],
    [{ from, to, window: 'week' }],
    [{ from, to, window: 'day' }],
  ];
  for (const way of ways) {
    const costs: string[] = [];
    for (const query of way) {
      const path = pathOf(['v1', 'costs'], { customer_id: customer, ...query });
      costs.push(...(await api.get<CostBody>(path)).body.rows.map(({ cost }) => cost));
    }
    const [top, bottom] = sum(costs);
    expect(top * under, JSON.stringify(way)).toBe(over * bottom);
  }
  const path = pathOf(['v1', 'customers', customer, 'usage'], { from, to });
  expect((await api.get<CustomerUsageBody>(path)).body.total_cost).toBe(total);
}
