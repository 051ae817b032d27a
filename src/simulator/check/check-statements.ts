/**
 * Statements: every line and total of some customers' months under prices of every model, then
 * months closed, corrections and late events, and the adjustments that they make. What is expected is the oracle's.
 */
import { compare, compareFields } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { inFlight } from '../in-flight.ts';
import { writeMoney, writeQuantity } from '../oracle/costs.ts';
import { writeRatio } from '../oracle/statement/ratio.ts';
import {
  type ExpectedStatement,
  type MonthSpan,
  makeStatementBook,
  type StatementBook,
} from '../oracle/statement/statement.ts';
import type { World, WorldCustomer } from '../workload/world.ts';
import { correctEvents, sendLate } from './check-corrections.ts';
import { type CheckParts, questionsInFlight } from './check-parts.ts';
import { asVersion, type StatementPrice, termsFor } from './statement-prices.ts';

/** A draft or closed statement as it is read; what is not compared is left out. */
interface Statement {
  readonly lines: readonly {
    readonly meter: string;
    readonly quantity: string;
    readonly events: number;
    readonly exact_amount: string;
    readonly amount: string;
  }[];
  readonly adjustments: readonly {
    readonly period: string;
    readonly meter: string;
    readonly amount: string;
  }[];
  readonly total: string;
}

/** A customer's statements take a second to check: a small run, and there are many in the tests, looks at fewer. */
const customersMax = 12;
const eventsPerCustomer = 100;

/** Those that use most come first in a world. */
export async function checkStatements(parts: CheckParts): Promise<void> {
  const count = Math.min(customersMax, Math.ceil(parts.world.events / eventsPerCustomer));
  const customers = parts.world.customers.filter(({ size }) => size !== 'dormant').slice(0, count);
  const prices = worldPrices(parts.world);
  const book = bookOf(parts, prices);
  await inFlight(customers, questionsInFlight, (customer) => checkDrafts(parts, book, customer));

  for (const price of modelPrices(parts, customers)) {
    await expectOk(parts.api, 'POST', '/v1/prices', price);
    prices.push(price);
  }
  const closing = bookOf(parts, prices);
  // Nothing of one customer's is another's: closes, corrections and late events of several go side by side.
  await inFlight(customers, questionsInFlight, async (customer) => {
    await checkDrafts(parts, closing, customer);
    await checkClosed(parts, closing, customer);
  });
}

/** The world's own, as set-up.ts posted them. */
function worldPrices({ prices, name }: World): StatementPrice[] {
  return prices.map(({ service, currency, unitAmount, customerId, effectiveFromMs }, position) => ({
    ...{ id: `${name}-price-${position}`, service, currency, model: 'per_unit', unit_amount: unitAmount },
    ...(customerId === null ? {} : { customer_id: customerId }),
    ...(effectiveFromMs === null ? {} : { effective_from: new Date(effectiveFromMs).toISOString() }),
  }));
}

function bookOf({ world, oracle }: CheckParts, prices: readonly StatementPrice[]): StatementBook {
  return makeStatementBook({
    ...{ tally: oracle.tally, zones: oracle.zones },
    services: world.services.map(({ name }) => name),
    versionsOf: ({ id, currency }, service) =>
      prices
        .filter((price) => price.service === service && price.currency === currency)
        .filter(({ customer_id }) => customer_id === undefined || customer_id === id)
        .map(asVersion),
  });
}

/** A sum of extreme quantities has more digits than a tier may have. At 12 digits. */
const edgeMax = 10n ** 32n;

/** When the models come into force: the oracle's tally has to be cut there (`OracleOptions.moments`). */
export function modelsFromMs({ fromMs, toMs }: World): number {
  return Math.floor((fromMs + (toMs - fromMs) * 0.4) / 1_000) * 1_000;
}

/** A new price for everyone and each service, from the middle of the span on. */
function modelPrices({ world, oracle }: CheckParts, customers: readonly WorldCustomer[]): StatementPrice[] {
  const currencies = [...new Set(customers.map(({ currency }) => currency))];
  const from = new Date(modelsFromMs(world)).toISOString();
  return world.services.flatMap((service, position) =>
    currencies.map((currency, turn) => {
      const holder = customers.find((customer) => customer.currency === currency) as WorldCustomer;
      const months = oracle
        .months(holder)
        .filter((month) => month.service === service.name && month.quantity > 0n && month.quantity < edgeMax);
      const edge = writeQuantity(months[0]?.quantity ?? 10n ** 12n);
      const id = `${world.name}-model-${position}-${currency}`;
      return {
        id,
        service: service.name,
        currency,
        effective_from: from,
        ...termsFor(service, position + turn, edge),
      };
    }),
  );
}

const dayMs = 24 * 60 * 60_000;

/** From the month of the customer's earliest event, whatever it was of, to that of the latest: the chain begins there. */
function monthsOf({ oracle }: CheckParts, customer: WorldCustomer): MonthSpan[] {
  const { tally, zones } = oracle;
  const days = tally
    .services(customer.id)
    .flatMap((service) => tally.slices(customer.id, service).map(({ day }) => day));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const months: MonthSpan[] = [];
  for (let day = first; day <= last; ) {
    const span = zones.monthOf(day, customer.zone);
    months.push({ period: new Date(day * dayMs).toISOString().slice(0, 7), ...span });
    day = zones.dayOf(span.toMs, customer.zone);
  }
  return months;
}

const pathOf = ({ id }: WorldCustomer): string => `/v1/customers/${encodeURIComponent(id)}/statements`;

async function checkDrafts(parts: CheckParts, book: StatementBook, customer: WorldCustomer): Promise<void> {
  for (const month of monthsOf(parts, customer)) {
    const path = `${pathOf(customer)}/draft?period=${month.period}`;
    const draft = await expectOk<Statement>(parts.api, 'GET', path);
    compareStatement(parts, `draft ${month.period}`, customer, book.draft(customer, month), draft);
  }
}

function compareStatement(
  { comparison }: CheckParts,
  where: string,
  { id, currency }: WorldCustomer,
  expected: ExpectedStatement,
  got: Statement,
): void {
  const at = { where: `statement: ${where}`, customer: id };
  const money = (minor: bigint) => writeMoney(minor, currency);
  for (const { meter, quantity, events, exact, amount } of expected.lines) {
    const fields = {
      quantity: writeRatio(quantity),
      events,
      exact_amount: writeRatio(exact),
      amount: money(amount),
    };
    compareFields(
      comparison,
      { ...at, service: meter },
      fields,
      got.lines.find((line) => line.meter === meter),
    );
  }
  const lines = { expected: `${expected.lines.length}`, got: `${got.lines.length}` };
  compare(comparison, { ...at, field: 'lines', ...lines });
  for (const { period, meter, amount } of expected.adjustments) {
    const found = got.adjustments.find((one) => one.period === period && one.meter === meter);
    const field = { amount: money(amount) };
    compareFields(
      comparison,
      { ...at, where: `${at.where}, adjustment of ${period}`, service: meter },
      field,
      found,
    );
  }
  const adjusted = got.adjustments.filter(({ amount }) => /[1-9]/.test(amount));
  const counts = { expected: `${expected.adjustments.length}`, got: `${adjusted.length}` };
  compare(comparison, { ...at, field: 'adjustments', ...counts });
  compare(comparison, { ...at, field: 'total', expected: money(expected.total), got: got.total });
}

/** Closes what is over, corrects events in it and brings late ones, and looks at what the next month owes. */
async function checkClosed(parts: CheckParts, book: StatementBook, customer: WorldCustomer): Promise<void> {
  const { world, api, comparison } = parts;
  const months = monthsOf(parts, customer);
  const over = months.filter(({ toMs }) => toMs <= world.toMs).slice(0, 1);
  const [open] = months.slice(over.length);
  for (const month of over) {
    const closed = await expectOk<Statement>(api, 'POST', pathOf(customer), { period: month.period });
    const expected = book.close(customer, month);
    compareStatement(parts, `closed ${month.period}`, customer, expected, closed);
    const again = await api.request('POST', pathOf(customer), { period: month.period });
    const got = `${again.status} ${(again.body as Statement).total}`;
    const told = `200 ${writeMoney(expected.total, customer.currency)}`;
    const where = `statement: closed ${month.period} again`;
    compare(comparison, { where, customer: customer.id, field: 'status and total', expected: told, got });
  }
  await correctEvents(parts, customer);
  if (over.length === 0 || open === undefined) return;
  await sendLate(parts, customer, over[0] as MonthSpan);
  const draft = await expectOk<Statement>(api, 'GET', `${pathOf(customer)}/draft?period=${open.period}`);
  const where = `draft ${open.period} after corrections and late events`;
  compareStatement(parts, where, customer, book.draft(customer, open), draft);
}
