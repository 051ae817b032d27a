/**
 * Statements: every line and total of some customers' months under prices of every model, then
 * months closed, corrections and late events, and the adjustments that they make. What is expected is the oracle's.
 */
import { compare } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { inFlight } from '../in-flight.ts';
import { writeMoney } from '../oracle/costs.ts';
import type {
  ExpectedStatement,
  MonthSpan,
  StatementBook,
  StatementCustomer,
  StatementMeter,
} from '../oracle/statement/statement.ts';
import type { WorldCustomer } from '../workload/world.ts';
import { correctEvents } from './check-corrections.ts';
import { lateService, sendLate, setPolicy } from './check-late.ts';
import { type CheckParts, questionsInFlight } from './check-parts.ts';
import { compareStatement, type Statement } from './compare-statement.ts';
import {
  bookOf,
  defaultMeters,
  filteredMeters,
  modelPrices,
  modelsFromMs,
  statementCustomers,
  worldPrices,
} from './statement-catalog.ts';

/** Those that use most come first in a world. */
export async function checkStatements(parts: CheckParts): Promise<void> {
  const { world, api } = parts;
  const customers = statementCustomers(world);
  const [prices, meters] = [worldPrices(world), defaultMeters(world)];
  const book = bookOf(parts, meters, prices);
  // Months before the models have the same prices when the models are there.
  await inFlight(customers, questionsInFlight, (customer) =>
    checkDrafts(parts, book, customer, modelsFromMs(world)),
  );

  const late = new Set(
    customers.map((customer) => lateService(parts, customer)).filter((one) => one !== null),
  );
  const filtered = filteredMeters(world, [...late]);
  const models = modelPrices(parts, customers, filtered);
  for (const meter of filtered) await expectOk(api, 'POST', '/v1/meters', meterBody(meter));
  for (const price of models) await expectOk(api, 'POST', '/v1/prices', price);
  const closing = bookOf(parts, [...meters, ...filtered], [...prices, ...models]);
  // Nothing of one customer's is another's: closes, corrections and late events of several go side by side.
  await inFlight([...customers.entries()], questionsInFlight, async ([position, customer]) => {
    // In months before the models, check-costs.ts looks at the others' rounded costs as well.
    await checkDrafts(parts, closing, customer, position === 0 ? world.fromMs : modelsFromMs(world));
    await checkClosed({ ...parts, book: closing, customer, position });
  });
}

function meterBody({ id, service, aggregation, filter }: StatementMeter) {
  return {
    id,
    name: id,
    service,
    aggregation,
    ...(aggregation === 'sum' ? { value: 'quantity' } : {}),
    filter,
  };
}

const dayMs = 24 * 60 * 60_000;

/** From the month of the customer's earliest event, whatever it was of, to that of the latest: the chain begins there. */
function monthsOf({ oracle }: CheckParts, customer: WorldCustomer): MonthSpan[] {
  const { tally } = oracle;
  const days = tally
    .services(customer.id)
    .flatMap((service) => tally.slices(customer.id, service).map(({ day }) => day));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const months: MonthSpan[] = [];
  for (let day = first; day <= last; ) {
    const month = monthAt(oracle, customer, day);
    months.push(month);
    day = oracle.zones.dayOf(month.toMs, customer.zone);
  }
  return months;
}

function monthAt({ zones }: CheckParts['oracle'], { zone }: WorldCustomer, day: number): MonthSpan {
  return { period: new Date(day * dayMs).toISOString().slice(0, 7), ...zones.monthOf(day, zone) };
}

const pathOf = ({ id }: StatementCustomer): string => `/v1/customers/${encodeURIComponent(id)}/statements`;

/** Of the months that end behind a moment. */
async function checkDrafts(
  parts: CheckParts,
  book: StatementBook,
  customer: WorldCustomer,
  sinceMs: number,
): Promise<void> {
  for (const month of monthsOf(parts, customer).filter(({ toMs }) => toMs > sinceMs)) {
    await checkDraft(parts, { book, customer, month, where: `draft ${month.period}` });
  }
}

interface DraftQuestion {
  readonly book: StatementBook;
  readonly customer: StatementCustomer;
  readonly month: MonthSpan;
  readonly where: string;
}

async function checkDraft(
  { api, comparison }: CheckParts,
  { book, customer, month, where }: DraftQuestion,
): Promise<void> {
  const path = `${pathOf(customer)}/draft?period=${month.period}`;
  const draft = await expectOk<Statement>(api, 'GET', path);
  compareStatement(comparison, { where, customer }, book.draft(customer, month), draft);
}

interface ClosedParts extends CheckParts {
  readonly book: StatementBook;
  readonly customer: WorldCustomer;
  /** Among the customers: they do not all go the same way. */
  readonly position: number;
}

/** Closes what is over, corrects events in it and brings late ones, and looks at what the next month owes. */
async function checkClosed(parts: ClosedParts): Promise<void> {
  const { world, oracle, book, customer, position } = parts;
  const months = monthsOf(parts, customer);
  const [first] = months;
  if (first === undefined) return;
  const isOver = first.toMs <= world.toMs;
  const open = isOver ? monthAt(oracle, customer, oracle.zones.dayOf(first.toMs, customer.zone)) : first;
  const closed = isOver ? await closeMonth(parts, first) : null;
  const all = months.some(({ period }) => period === open.period) ? months : [...months, open];
  const inherited = await correctEvents(parts, { book, customer, position, months: all });
  for (const { heir, month } of inherited) {
    const where = `draft ${month.period} of what was amended to another customer`;
    await checkDraft(parts, { book, customer: heir, month, where });
  }
  const where = `draft ${open.period} after corrections`;
  if (closed === null) return checkDraft(parts, { book, customer, month: open, where });
  await checkLate(parts, first, open);
  await checkAsOf(parts, first, closed);
  if (position % 2 === 0 || open.toMs > world.toMs) return;
  // What was charged and what was ignored is on a closed statement now: neither comes back.
  await checkAsOf(parts, open, await closeMonth(parts, open));
  const next = monthAt(oracle, customer, oracle.zones.dayOf(open.toMs, customer.zone));
  await checkDraft(parts, { book, customer, month: next, where: `draft ${next.period} after adjustments` });
}

interface Closed {
  readonly expected: ExpectedStatement;
  readonly watermark: string;
}

async function closeMonth(parts: ClosedParts, month: MonthSpan): Promise<Closed> {
  const { api, comparison, book, customer } = parts;
  const { period } = month;
  const closed = await expectOk<Statement>(api, 'POST', pathOf(customer), { period });
  const expected = book.close(customer, month);
  compareStatement(comparison, { where: `closed ${period}`, customer }, expected, closed);
  const again = await api.request('POST', pathOf(customer), { period });
  const got = `${again.status} ${(again.body as Statement).total}`;
  const told = `200 ${writeMoney(expected.total, customer.currency)}`;
  const where = `statement: closed ${period} again`;
  compare(comparison, { where, customer: customer.id, field: 'status and total', expected: told, got });
  return { expected, watermark: closed.watermark };
}

/** Every other customer's late events are ignored for a while. */
async function checkLate(parts: ClosedParts, closed: MonthSpan, open: MonthSpan): Promise<void> {
  const { book, customer, position } = parts;
  const look = (after: string) =>
    checkDraft(parts, { book, customer, month: open, where: `draft ${open.period} after ${after}` });
  if (position % 2 === 0) {
    await sendLate(parts, customer, closed, 0);
    return look('corrections and late events');
  }
  await setPolicy(parts, book, customer, 'ignore');
  await sendLate(parts, customer, closed, 1);
  await look('corrections and late events that are ignored');
  await setPolicy(parts, book, customer, 'next');
  await sendLate(parts, customer, closed, 2);
  await look('late events, some of them ignored');
}

/** What was known at its watermark makes the statement again, whatever came since. */
async function checkAsOf(
  parts: ClosedParts,
  month: MonthSpan,
  { expected, watermark }: Closed,
): Promise<void> {
  const { api, comparison, customer } = parts;
  const path = `${pathOf(customer)}/draft?${new URLSearchParams({ period: month.period, as_of: watermark })}`;
  const draft = await expectOk<Statement>(api, 'GET', path);
  compareStatement(comparison, { where: `${month.period} as of its watermark`, customer }, expected, draft);
}
