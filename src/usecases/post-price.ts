/** Makes a price version. The same id with the same content is answered with the stored one, other content refused. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import { defaultMeter, type Meter } from '../domain/meters/meter.ts';
import {
  checkValidity,
  makePrice,
  type PriceContent,
  type PriceInput,
  readPrice,
  samePrice,
} from '../domain/pricing/next-price.ts';
import type { Price } from '../domain/pricing/price.ts';
import { checkId } from '../domain/records/record-text.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';

export interface PostedPrice extends PriceInput {
  readonly id?: string;
  /** One of both, or both: a service alone means its default meter. */
  readonly service?: string;
  readonly meter?: string;
}

export type PostPrice = (
  posted: PostedPrice,
  actor: string,
) => Promise<{ readonly ok: true; readonly price: Price; readonly created: boolean } | Refusal>;

export function makePostPrice(dependencies: Dependencies): PostPrice {
  const { catalog, clock, recordStore, sequence, newId, writeLane } = dependencies;
  return (posted, actor) =>
    writeLane(async () => {
      const read = readPostedPrice(posted, catalog);
      if (!read.ok) return read;
      const { content } = read;
      const id = posted.id ?? newId();
      const stored = await recordStore.findPrice(id);
      if (stored && samePrice(stored, content)) return { ok: true, price: stored, created: false };
      if (stored) return refuse('conflict', `price ${JSON.stringify(id)} exists with other content`, 'id');
      const early = checkValidity(content, catalog.book);
      if (early) return early;
      const price = makePrice(content, id, { sequence: sequence.next(), nowMs: clock.nowMs() });
      const audit = auditEntryOf({
        ...{ actor, action: 'create', subject: 'price', subjectId: id, atMs: price.createdAtMs },
        ...{ before: null, after: asPosted(price) },
      });
      await recordStore.addPrice(price, audit);
      catalog.keepPrice(price);
      return { ok: true, price, created: true };
    });
}

/** As it is on the wire: the model's own members beside the others. */
function asPosted({ definition, ...price }: Price) {
  return { ...price, ...definition };
}

/** What a price would be, by its own rules and by the records there are; whether it may start when it does is not asked. */
export function readPostedPrice(
  posted: PostedPrice,
  catalog: CatalogView,
): { readonly ok: true; readonly content: PriceContent } | Refusal {
  const fault = posted.id === undefined ? null : checkId(posted.id);
  if (fault) return fault;
  const meter = meterOf(posted, catalog);
  const isUnknown = 'code' in meter;
  if (isUnknown && meter.code === 'service_missing') return meter;
  // What is wrong with the price itself is told first: it stays wrong when the service has been made.
  const read = readPrice(posted, isUnknown ? defaultMeter('') : meter);
  if (!read.ok) return read;
  if (isUnknown) return meter;
  const { customerId } = posted;
  if (customerId !== null && !catalog.customer(customerId)) {
    const message = `there is no customer ${JSON.stringify(customerId)}; create it first`;
    return refuse('customer_unknown', message, 'customer_id');
  }
  return { ok: true, content: read.value };
}

function meterOf({ service, meter: id }: PostedPrice, catalog: CatalogView): Meter | Refusal {
  if (service === undefined && id === undefined) {
    return refuse('service_missing', 'service (or meter) is missing', 'service');
  }
  if (service !== undefined && !catalog.service(service)) {
    const message = `there is no service ${JSON.stringify(service)}; create it first`;
    return refuse('service_unknown', message, 'service');
  }
  const meter = catalog.meter((id ?? service) as string);
  if (!meter) {
    return refuse('meter_unknown', `there is no meter ${JSON.stringify(id)}; create it first`, 'meter');
  }
  if (service === undefined || meter.service === service) return meter;
  const message = `meter ${JSON.stringify(id)} belongs to service ${JSON.stringify(meter.service)}`;
  return refuse('meter_unknown', message, 'meter');
}
