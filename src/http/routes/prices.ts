/** Price versions: made, never changed. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { assertOwn, callerOf } from '../check-access.ts';
import { readSpan } from '../parameters.ts';
import { type PriceBody, toPostedPrice, toPrice } from '../price-wire.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/prices.ts';
import { IdPath } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import { type ListQuery, listRoute } from './list-route.ts';

const tags = ['prices'];

export function priceRoutes(app: FastifyInstance, useCases: UseCases): void {
  addPost(app, useCases);
  addWhatIf(app, useCases);
  addBrowse(app, useCases);
}

function addPost(app: FastifyInstance, { postPrice }: UseCases): void {
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
}

function addWhatIf(app: FastifyInstance, { askWhatIf }: UseCases): void {
  app.post(
    '/v1/prices/what-if',
    {
      schema: {
        summary: 'What a past span would have cost under proposed prices; nothing is written',
        tags,
        body: schemas.WhatIfBody,
        response: { 200: schemas.WhatIf, ...problemResponse },
      },
    },
    async (request) => {
      const { prices, from, to, customer_id: customerId } = request.body as WhatIfBody;
      const span = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const result = await askWhatIf({
        prices: prices.map((price, index) => toPostedPrice(price, `prices.${index}.`)),
        ...readSpan(span),
        ...(customerId !== undefined && { customerId }),
      });
      if (!result.ok) throw asProblem(result);
      return toWhatIf(result);
    },
  );
}

function addBrowse(app: FastifyInstance, { browseRecords }: UseCases): void {
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

interface WhatIfBody {
  prices: PriceBody[];
  from?: string;
  to?: string;
  customer_id?: string;
}

type WhatIfAnswer = Extract<Awaited<ReturnType<UseCases['askWhatIf']>>, { ok: true }>;

function toWhatIf({ span, rows, totals }: WhatIfAnswer) {
  return {
    from: formatTime(span.fromMs),
    to: formatTime(span.toMs),
    items: rows.map(({ customerId, presentUnpricedEvents, proposedUnpricedEvents, ...costs }) => ({
      customer_id: customerId,
      ...toCosts(costs),
      present_unpriced_events: presentUnpricedEvents,
      proposed_unpriced_events: proposedUnpricedEvents,
    })),
    totals: totals.map(toCosts),
  };
}

function toCosts({ currency, presentCost, proposedCost, difference }: WhatIfAnswer['totals'][number]) {
  return { currency, present_cost: presentCost, proposed_cost: proposedCost, difference };
}

interface PricesQuery extends ListQuery {
  service?: string;
  meter?: string;
  customer_id?: string;
}
