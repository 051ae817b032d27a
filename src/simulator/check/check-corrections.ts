/**
 * Corrects stored events and brings late ones, looks at what is answered, and lets the oracle's tally follow. What becomes
 * of statements then is looked at in check-statements.ts.
 */
import type { IngestAnswer } from '@countinghouse/client/wire';
import { compare } from '../difference.ts';
import { expectOk } from '../http-api.ts';
import { writeQuantity } from '../oracle/costs.ts';
import type { CountedEvent } from '../oracle/judge.ts';
import type { MonthSpan } from '../oracle/statement/statement.ts';
import type { WorldCustomer } from '../workload/world.ts';
import type { CheckParts } from './check-parts.ts';

/** Voids and amends some of the first events: the oracle's tally follows, since an entry counts from now on. */
export async function correctEvents(parts: CheckParts, customer: WorldCustomer): Promise<void> {
  const { api, oracle, comparison, world } = parts;
  const known = new Set(world.services.map(({ name }) => name));
  const own = oracle
    .samples()
    .filter(({ customerId, service }) => customerId === customer.id && known.has(service));
  for (const [turn, event] of own.slice(0, 4).entries()) {
    const { source, id: event_id } = event;
    const action = turn % 2 === 0 ? 'void' : 'amend';
    const amended: CountedEvent = { ...event, quantity: another(event.quantity) };
    const body = {
      ...{ id: `${world.name}-correction-${event_id}`, action, source, event_id, reason: 'simulated' },
      ...(action === 'amend' ? { event: { quantity: writeQuantity(amended.quantity) } } : {}),
    };
    const path = `/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(event_id)}`;
    const original = await expectOk<StoredEvent>(api, 'GET', path);
    await expectOk(api, 'POST', '/v1/corrections', body);
    oracle.tally.remove(event);
    if (action === 'amend') oracle.tally.add(amended);
    const at = { where: `correction (${action}) of ${source} ${event_id}`, customer: customer.id };
    const again = await api.request('POST', '/v1/corrections', body);
    compare(comparison, {
      ...at,
      field: 'status of the same again',
      expected: '200',
      got: `${again.status}`,
    });
    const other = await api.request('POST', '/v1/corrections', { ...body, reason: 'another' });
    compare(comparison, {
      ...at,
      field: 'status of another under its id',
      expected: '409',
      got: `${other.status}`,
    });
    await checkRepeat(parts, at, original, `event_${action}ed`);
    if (action === 'amend') continue;
    const second = await api.request('POST', '/v1/corrections', { ...body, id: `${body.id}-again` });
    const code = (second.body as { code?: string }).code;
    compare(comparison, {
      ...at,
      field: 'code of a second void',
      expected: 'already_voided',
      got: `${code}`,
    });
  }
}

/** Three units less of much, three more of little: the greatest quantity has no room for more. */
function another(quantity: bigint): bigint {
  const three = 3n * 10n ** 12n;
  return quantity > three ? quantity - three : quantity + three;
}

interface StoredEvent {
  readonly source: string;
  readonly id: string;
  readonly customer_id: string;
  readonly service: string;
  readonly time: string;
  readonly quantity: string;
  readonly amount?: string;
  readonly properties: object;
}

/** The identity stays taken: the original again is a duplicate, with a warning that says what became of it. */
async function checkRepeat(
  { api, comparison }: CheckParts,
  at: { where: string; customer: string },
  stored: StoredEvent,
  warning: string,
): Promise<void> {
  const { source, id, customer_id, service, time, quantity, amount, properties } = stored;
  const members = { source, id, customer_id, service, time, quantity, properties };
  const body = [amount === undefined ? members : { ...members, amount }];
  const answer = await expectOk<IngestAnswer>(api, 'POST', '/v1/events', body);
  const { status, warnings = [] } = answer.results[0] ?? { status: 'accepted' };
  const got = [status, ...warnings].join(' ');
  compare(comparison, {
    ...at,
    field: 'answer to the original again',
    expected: `duplicate ${warning}`,
    got,
  });
}

/** An event on the first and one on the last millisecond of the closed month. */
export async function sendLate(parts: CheckParts, customer: WorldCustomer, month: MonthSpan): Promise<void> {
  const { api, oracle, world } = parts;
  const service = world.services[customer.services[0] ?? 0];
  if (service === undefined) return;
  const texts = [month.fromMs, month.toMs - 1].map((timeMs, turn) =>
    JSON.stringify({
      ...{ source: world.sources[0], id: `late-${customer.id}-${turn}`, customer_id: customer.id },
      ...{ service: service.name, time: new Date(timeMs).toISOString(), quantity: '17.5', amount: '3.21' },
    }),
  );
  await expectOk(
    api,
    'POST',
    '/v1/events',
    texts.map((text) => JSON.parse(text) as unknown),
  );
  for (const text of texts) oracle.judge(text);
}
