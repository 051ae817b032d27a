/**
 * Corrects stored events, looks at what was foretold and what is answered, and lets the oracle's tally follow. What becomes
 * of statements then is looked at in check-statements.ts.
 */
import type { IngestAnswer } from '@countinghouse/client/wire';
import { compare } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { writeQuantity } from '../oracle/costs.ts';
import type { CountedEvent } from '../oracle/judge.ts';
import { propertiesOf } from '../oracle/statement/conditions.ts';
import type { MonthSpan, StatementBook, StatementCustomer } from '../oracle/statement/statement.ts';
import type { WorldCustomer } from '../workload/world.ts';
import { type CorrectionPlace, correctionKinds, correctionSteps } from './amendments.ts';
import type { CheckParts } from './check-parts.ts';
import { amountsOf, comparePreview, type Preview, type PreviewPlace } from './compare-preview.ts';
import { heirOf } from './statement-catalog.ts';

export interface CorrectionOptions {
  readonly book: StatementBook;
  readonly customer: WorldCustomer;
  /** Which kinds of corrections come first. */
  readonly position: number;
  /** All of the customer's, in their order. */
  readonly months: readonly MonthSpan[];
}

/** A customer and month that may have got something by a correction, beside those of the customer itself. */
export interface Inheritance {
  readonly heir: StatementCustomer;
  readonly month: MonthSpan;
}

/** The answers that every correction of the kind gets are looked at for so many. */
const askedAgain = 2;
/** Of a customer's events; the next customer's are corrected in other ways. */
const correctionsMax = 5;

/** An entry counts from now on: the oracle's tally follows. Resolves to what an heir got. */
export async function correctEvents(parts: CheckParts, options: CorrectionOptions): Promise<Inheritance[]> {
  const { api, oracle, world } = parts;
  const { customer, position, months } = options;
  const known = new Set(world.services.map(({ name }) => name));
  const own = oracle
    .samples()
    .filter(({ customerId, service }) => customerId === customer.id && known.has(service));
  if (own.length === 0) return [];
  const heir = heirOf(customer);
  const record = { name: heir.id, time_zone: heir.zone, currency: heir.currency };
  await expectOk(api, 'PUT', `/v1/customers/${encodeURIComponent(heir.id)}`, record);
  const place: CorrectionPlace = { world, heirId: heir.id, otherMs: (timeMs) => otherMoment(months, timeMs) };
  const inherited: Inheritance[] = [];
  for (const [turn, event] of own.slice(0, correctionsMax).entries()) {
    const kind = correctionKinds[
      (turn + position) % correctionKinds.length
    ] as (typeof correctionKinds)[number];
    const month = monthOf(parts, event.timeMs);
    const places = [...months.map((one) => ({ customer, month: one })), { customer: heir, month }];
    let before: CountedEvent = event;
    for (const [number, step] of correctionSteps(kind, event, place).entries()) {
      const id = `${world.name}-correction-${number}-${event.id}`;
      const correction = asCorrection(id, event, step.event);
      const turns = { isFirst: turn < askedAgain, isPreviewed: turn % 3 === 0 };
      const { after } = step;
      await correct(parts, { ...options, ...turns, original: event, before, after, correction, places });
      before = step.after ?? event;
    }
    if (kind === 'customer') inherited.push({ heir, month });
  }
  return inherited;
}

/** In the first of two months for what is in another, and the other way round; within the month where there is one only. */
function otherMoment([first, second]: readonly MonthSpan[], timeMs: number): number {
  if (first === undefined) return timeMs;
  if (timeMs >= first.toMs) return first.toMs - 1;
  return second === undefined ? first.fromMs : second.fromMs;
}

const dayMs = 24 * 60 * 60_000;

function monthOf({ oracle: { zones } }: CheckParts, timeMs: number): MonthSpan {
  const day = zones.dayOf(timeMs, 'UTC');
  return { period: new Date(day * dayMs).toISOString().slice(0, 7), ...zones.monthOf(day, 'UTC') };
}

interface Correction {
  readonly id: string;
  readonly action: 'void' | 'amend';
  readonly source: string;
  readonly event_id: string;
  readonly reason: string;
  readonly event?: object;
}

function asCorrection(id: string, { source, id: event_id }: CountedEvent, event: object | null): Correction {
  const of = { id, source, event_id, reason: 'simulated' };
  return event === null ? { ...of, action: 'void' } : { ...of, action: 'amend', event };
}

interface OneCorrection extends CorrectionOptions {
  readonly original: CountedEvent;
  /** What counts now, and what is to count. */
  readonly before: CountedEvent;
  readonly after: CountedEvent | null;
  readonly correction: Correction;
  readonly places: readonly PreviewPlace[];
  readonly isFirst: boolean;
  readonly isPreviewed: boolean;
}

async function correct(parts: CheckParts, one: OneCorrection): Promise<void> {
  const { api, oracle, comparison } = parts;
  const { correction, before, after, book, places, customer } = one;
  const { action, source, event_id } = correction;
  const at = { where: `correction (${action}) of ${source} ${event_id}`, customer: customer.id };
  const preview = one.isPreviewed
    ? await expectOk<Preview>(api, 'POST', '/v1/corrections/preview', correction)
    : null;
  const amounts = preview === null ? null : amountsOf(book, places);
  oracle.tally.remove(before);
  if (after !== null) oracle.tally.add(after);
  if (preview !== null && amounts !== null) {
    comparePreview(comparison, at, { before: amounts, after: amountsOf(book, places) }, preview);
  }
  await expectOk(api, 'POST', '/v1/corrections', correction);
  if (one.isFirst) await askAgain(parts, at, correction);
  await checkRepeat(parts, at, one.original, `event_${action}ed`);
}

/** The same is the same; another under its id, and a second void, are refused. */
async function askAgain(
  { api, comparison }: CheckParts,
  at: { where: string; customer: string },
  correction: Correction,
): Promise<void> {
  const ask = async (field: string, expected: string, body: object) => {
    const answer = await api.request('POST', '/v1/corrections', body);
    const { code } = answer.body as { code?: string };
    const got = expected.includes(' ') ? `${answer.status} ${code}` : `${answer.status}`;
    compare(comparison, { ...at, field, expected, got });
  };
  await ask('status of the same again', '200', correction);
  await ask('status of another under its id', '409', { ...correction, reason: 'another' });
  if (correction.action === 'amend') return;
  const second = { ...correction, id: `${correction.id}-again` };
  await ask('status and code of a second void', '409 already_voided', second);
}

/** The identity stays taken: the original again is a duplicate, with a warning that says what became of it. */
async function checkRepeat(
  { api, comparison }: CheckParts,
  at: { where: string; customer: string },
  event: CountedEvent,
  warning: string,
): Promise<void> {
  const answer = await expectOk<IngestAnswer>(api, 'POST', '/v1/events', [asSent(event)]);
  const { status, warnings = [] } = answer.results[0] ?? { status: 'accepted' };
  const got = [status, ...warnings].join(' ');
  const expected = `duplicate ${warning}`;
  compare(comparison, { ...at, field: 'answer to the original again', expected, got });
}

function asSent({ source, id, customerId, service, timeMs, quantity, amount, properties }: CountedEvent) {
  const values = [...propertiesOf(properties)].map(([name, value]) => [name, JSON.parse(value) as unknown]);
  return {
    ...{ source, id, customer_id: customerId, service, time: new Date(timeMs).toISOString() },
    quantity: writeQuantity(quantity),
    ...(amount === null ? {} : { amount: writeQuantity(amount) }),
    properties: Object.fromEntries(values) as Record<string, unknown>,
  };
}
