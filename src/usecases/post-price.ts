/** Makes a price version. The same id with the same content is answered with the stored one, other content refused. */
import {
  checkPrice,
  checkValidity,
  makePrice,
  type PriceInput,
  samePrice,
} from '../domain/pricing/next-price.ts';
import type { Price } from '../domain/pricing/price.ts';
import { checkId } from '../domain/records/record-text.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';

export type PostPrice = (
  input: PriceInput,
) => Promise<{ readonly ok: true; readonly price: Price; readonly created: boolean } | Refusal>;

export function makePostPrice(dependencies: Dependencies): PostPrice {
  const { catalog, clock, recordStore, sequence, newId, writeLane } = dependencies;
  return (input) =>
    writeLane(async () => {
      const fault =
        (input.id === undefined ? null : checkId(input.id)) ??
        checkPrice(input) ??
        checkKnown(input, catalog);
      if (fault) return fault;
      const id = input.id ?? newId();
      const stored = await recordStore.findPrice(id);
      if (stored && samePrice(stored, input)) return { ok: true, price: stored, created: false };
      if (stored) return refuse('conflict', `price ${JSON.stringify(id)} exists with other content`, 'id');
      const early = checkValidity(input, catalog.book);
      if (early) return early;
      const price = makePrice(input, id, { sequence: sequence.next(), nowMs: clock.nowMs() });
      await recordStore.addPrice(price);
      catalog.keepPrice(price);
      return { ok: true, price, created: true };
    });
}

function checkKnown(input: PriceInput, catalog: Catalog): Refusal | null {
  if (!catalog.service(input.service)) {
    return refuse(
      'service_unknown',
      `there is no service ${JSON.stringify(input.service)}; create it first`,
      'service',
    );
  }
  if (input.customerId !== null && !catalog.customer(input.customerId)) {
    const message = `there is no customer ${JSON.stringify(input.customerId)}; create it first`;
    return refuse('customer_unknown', message, 'customer_id');
  }
  return null;
}
