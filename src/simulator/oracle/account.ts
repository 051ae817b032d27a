/**
 * What the accepted events add up to: quantities, costs and the analysis, by plain loops (MONEY.md 5.8).
 * It knows per-unit prices in US dollars only, and one price per service for ever.
 */
import { divideHalfAwayFromZero, quantityDigits, readDecimal, writeFixed, writeShortest } from './exact.ts';
import type { CountedEvent, OracleInput } from './judge.ts';

interface ExpectedService {
  readonly service: string;
  readonly quantity: string;
  readonly events: number;
  /** Rounded to cents, half away from zero. */
  readonly cost: string;
}

export interface ExpectedCustomer {
  readonly customerId: string;
  readonly events: number;
  readonly services: readonly ExpectedService[];
  readonly totalQuantity: string;
  /** The sum of the services' rounded costs, as a statement has it. */
  readonly totalCost: string;
  /** The cost before any rounding, as the analysis has it. */
  readonly exactCost: string;
  readonly usageFactor: string;
  readonly category: 'no' | 'low' | 'medium' | 'high';
}

interface Sum {
  quantity: bigint;
  events: number;
}

/** Quantity times price: both have 12 digits, so costs have 24. */
const costDigits = 2 * quantityDigits;
const moneyDigits = 2;
const factorDigits = 12;

function addUp(events: readonly CountedEvent[]): Map<string, Map<string, Sum>> {
  const byCustomer = new Map<string, Map<string, Sum>>();
  for (const { customerId, service, quantity } of events) {
    const byService = byCustomer.get(customerId) ?? new Map<string, Sum>();
    const sum = byService.get(service) ?? { quantity: 0n, events: 0 };
    byCustomer.set(customerId, byService.set(service, sum));
    sum.quantity += quantity;
    sum.events += 1;
  }
  return byCustomer;
}

function categoryOf(factor: bigint, events: number): ExpectedCustomer['category'] {
  const unit = 10n ** BigInt(factorDigits);
  if (events === 0) return 'no';
  if (factor < 50n * unit) return 'low';
  return factor < 200n * unit ? 'medium' : 'high';
}

/** total quantity × total cost ÷ events: 12 + 24 digits, brought to 12. */
function factorOf(quantity: bigint, cost: bigint, events: number): bigint {
  if (events === 0) return 0n;
  return divideHalfAwayFromZero(quantity * cost, BigInt(events) * 10n ** BigInt(costDigits));
}

function toCents(cost: bigint): bigint {
  return divideHalfAwayFromZero(cost, 10n ** BigInt(costDigits - moneyDigits));
}

function accountOf(customerId: string, sums: ReadonlyMap<string, Sum>, prices: ReadonlyMap<string, bigint>) {
  let [events, quantity, exactCost, cents] = [0, 0n, 0n, 0n];
  const services: ExpectedService[] = [];
  for (const [service, sum] of sums) {
    const cost = sum.quantity * (prices.get(service) ?? 0n);
    events += sum.events;
    quantity += sum.quantity;
    exactCost += cost;
    cents += toCents(cost);
    services.push({
      service,
      quantity: writeShortest(sum.quantity, quantityDigits),
      events: sum.events,
      cost: writeFixed(toCents(cost), moneyDigits),
    });
  }
  const factor = factorOf(quantity, exactCost, events);
  return {
    customerId,
    events,
    services: services.sort((one, other) => (one.service < other.service ? -1 : 1)),
    totalQuantity: writeShortest(quantity, quantityDigits),
    totalCost: writeFixed(cents, moneyDigits),
    exactCost: writeShortest(exactCost, costDigits),
    usageFactor: writeShortest(factor, factorDigits),
    category: categoryOf(factor, events),
  };
}

/** One account for each customer with a record, used or not, and for each unknown one that was used. */
export function account(input: OracleInput, accepted: readonly CountedEvent[]): ExpectedCustomer[] {
  const prices = new Map(
    input.services.map(({ id, unitAmount }) => [id, readDecimal(unitAmount, quantityDigits)]),
  );
  const sums = addUp(accepted);
  const ids = new Set([...input.customers.map((customer) => customer.id), ...sums.keys()]);
  return [...ids].map((id) => accountOf(id, sums.get(id) ?? new Map(), prices));
}
