/** Meters: made, never changed; each service has a default one. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/meters.ts';
import { IdPath } from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import { type ListQuery, listRoute } from './list-route.ts';

type MeterRecord = NonNullable<ReturnType<UseCases['browseRecords']['findMeter']>>;

export function meterRoutes(app: FastifyInstance, { browseRecords, postMeter }: UseCases): void {
  const tags = ['meters'];

  app.post(
    '/v1/meters',
    {
      schema: {
        summary: 'Make a meter',
        tags,
        body: schemas.MeterBody,
        response: { 200: schemas.Meter, 201: schemas.Meter, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { series_by: seriesBy, ...body } = request.body as MeterBody;
      const result = await postMeter({ ...body, ...(seriesBy && { seriesBy }) }, actorOf(request));
      if (!result.ok) throw asProblem(result);
      void reply.code(result.created ? 201 : 200);
      return toMeter(result.meter);
    },
  );

  app.get(
    '/v1/meters/:id',
    {
      schema: {
        summary: 'One meter',
        tags,
        params: IdPath,
        response: { 200: schemas.Meter, ...problemResponse },
      },
    },
    async (request) => {
      const meter = browseRecords.findMeter((request.params as { id: string }).id);
      if (!meter) throw new HttpProblem('not_found', 'there is no such meter');
      return toMeter(meter);
    },
  );

  listRoute<MetersQuery>(
    app,
    '/v1/meters',
    'List meters, default ones too',
    tags,
    schemas.Meter,
    async (page, { service }) =>
      browseRecords.listMeters({ ...page, ...(service !== undefined && { service }) }).map(toMeter),
    schemas.MetersQuery,
  );
}

interface MetersQuery extends ListQuery {
  service?: string;
}

interface MeterBody {
  id?: string;
  name?: string;
  service: string;
  aggregation: string;
  value?: string;
  filter?: unknown;
  dimensions?: string[];
  series_by?: string[];
  per?: string;
}

function toMeter(meter: MeterRecord) {
  const { id, name, service, aggregation, value, filter, dimensions, seriesBy, per, sequence } = meter;
  return {
    ...{ id, name, service, aggregation, value },
    ...(filter && { filter }),
    dimensions,
    ...(per !== null && { series_by: seriesBy, per }),
    ...(sequence === 0
      ? { default: true }
      : { sequence: String(sequence), created_at: formatTime(meter.createdAtMs) }),
  };
}
