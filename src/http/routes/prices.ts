/** Price versions: made, never changed. */
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { type PriceBody, toPostedPrice, toPrice } from '../price-wire.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/prices.ts';
import { IdPath } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import { type ListQuery, listRoute } from './list-route.ts';

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
      const result = await postPrice(toPostedPrice(request.body as PriceBody), actorOf(request));
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
        params: IdPath,
        response: { 200: schemas.Price, ...problemResponse },
      },
    },
    async (request) => {
      const price = await browseRecords.findPrice((request.params as { id: string }).id);
      if (!price) throw new HttpProblem('not_found', 'there is no such price');
      return toPrice(price);
    },
  );

  listRoute<PricesQuery>(
    app,
    '/v1/prices',
    'List price versions, superseded ones too',
    tags,
    schemas.Price,
    async (page, { service, meter, customer_id: customerId }) => {
      const prices = await browseRecords.listPrices({
        ...page,
        ...(service !== undefined && { service }),
        ...(meter !== undefined && { meter }),
        ...(customerId !== undefined && { customerId }),
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
