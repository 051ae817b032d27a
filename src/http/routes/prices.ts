/** Price versions: made, never changed. */
import { canonicalNumber, formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import { customerDefaults } from '../../usecases/put-customer.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { assertOwn, callerOf } from '../check-access.ts';
import { readTime } from '../parameters.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import { type ListQuery, listRoute } from './list-route.ts';

type PriceRecord = NonNullable<Awaited<ReturnType<UseCases['browseRecords']['findPrice']>>>;
type PriceInput = Parameters<UseCases['postPrice']>[0];

export function priceRoutes(app: FastifyInstance, { browseRecords, postPrice }: UseCases): void {
  const tags = ['prices'];

  app.post(
    '/v1/prices',
    {
      schema: {
        summary: 'Make a price version',
        tags,
        body: schemas.PriceBody,
        response: { 200: schemas.Price, 201: schemas.Price, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await postPrice(toPriceInput(request.body as PriceBody));
      if (!result.ok) throw asProblem(result);
      void reply.code(result.created ? 201 : 200);
      return toPrice(result.price);
    },
  );

  app.get(
    '/v1/prices/:id',
    {
      schema: {
        summary: 'One price version',
        tags,
        params: schemas.IdPath,
        response: { 200: schemas.Price, ...problemResponse },
      },
    },
    async (request) => {
      const price = await browseRecords.findPrice((request.params as { id: string }).id);
      if (!price) throw new HttpProblem('not_found', 'there is no such price');
      // A price for everyone is also that of a key's one customer.
      if (price.customerId !== null) assertOwn(callerOf(request), price.customerId);
      return toPrice(price);
    },
  );

  listRoute<PricesQuery>(
    app,
    '/v1/prices',
    'List price versions, superseded ones too',
    tags,
    schemas.Price,
    async (page, query) => {
      const meter = query.meter ?? query.service;
      const prices = await browseRecords.listPrices({
        ...page,
        ...(meter !== undefined && { meter }),
        ...(query.customer_id !== undefined && { customerId: query.customer_id }),
      });
      return prices.map(toPrice);
    },
    schemas.PricesQuery,
  );
}

interface PricesQuery extends ListQuery {
  service?: string;
  meter?: string;
  customer_id?: string;
}

interface PriceBody {
  id?: string;
  service?: string;
  meter?: string;
  currency?: string;
  model: 'per_unit';
  unit_amount: string | number;
  customer_id?: string;
  effective_from?: string;
}

function toPriceInput(body: PriceBody): PriceInput {
  return {
    ...(body.id !== undefined && { id: body.id }),
    service: readMeter(body),
    currency: body.currency ?? customerDefaults.currency,
    model: body.model,
    unitAmount: readUnitAmount(body.unit_amount),
    customerId: body.customer_id ?? null,
    effectiveFromMs: body.effective_from === undefined ? null : readEffectiveFrom(body.effective_from),
  };
}

function readMeter({ service, meter }: PriceBody): string {
  if (service === undefined && meter === undefined) {
    throw new HttpProblem('service_missing', 'service (or meter) is missing', { field: 'service' });
  }
  if (service !== undefined && meter !== undefined && service !== meter) {
    const detail = 'meter is not one of this service: its default meter has the id of the service';
    throw new HttpProblem('meter_unknown', detail, { field: 'meter' });
  }
  return (service ?? meter) as string;
}

function readUnitAmount(written: string | number): string {
  if (typeof written === 'string') return written;
  const number = canonicalNumber(written);
  if (number.ok) return number.text;
  throw new HttpProblem('unit_amount_invalid', `unit_amount ${number.reason}`, { field: 'unit_amount' });
}

function readEffectiveFrom(text: string): number {
  try {
    return readTime(text, 'effective_from');
  } catch (error) {
    throw new HttpProblem('effective_from_invalid', (error as Error).message, { field: 'effective_from' });
  }
}

function toPrice(price: PriceRecord) {
  return {
    id: price.id,
    meter: price.meter,
    service: price.service,
    currency: price.currency,
    model: price.model,
    unit_amount: price.unitAmount,
    ...(price.customerId !== null && { customer_id: price.customerId }),
    ...(price.effectiveFromMs !== null && { effective_from: formatTime(price.effectiveFromMs) }),
    sequence: String(price.sequence),
    created_at: formatTime(price.createdAtMs),
  };
}
