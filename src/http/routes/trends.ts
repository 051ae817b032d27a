/** Analysis over time and between customers: rankings, growth, forecast, anomalies. Each says its method and its inputs. */
import { canonicalDecimal, formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance } from 'fastify';
import { thresholdDefault } from '../../usecases/find-anomalies.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { readLimit, readSpan, readTime, readZone } from '../parameters.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import { problemResponse } from '../schemas/shared.ts';
import * as schemas from '../schemas/trends.ts';

const tags = ['analysis'];

export function trendRoutes(app: FastifyInstance, useCases: UseCases): void {
  addTop(app, useCases);
  addGrowth(app, useCases);
  addForecast(app, useCases);
  addAnomalies(app, useCases);
}

interface SpanParameters {
  from?: string;
  to?: string;
  time_zone?: string;
  limit?: string;
}

interface ByParameters extends SpanParameters {
  by: 'customer_id' | 'service';
}

const topMethod =
  'Ranked within each currency. Quantity and events are those of the default meters; cost is the exact, unrounded ' +
  'cost of all priced meters. share = value ÷ total over everybody, half away from zero to 6 digits; equal values ' +
  'share a place.';

function addTop(app: FastifyInstance, { rankUsage }: UseCases): void {
  app.get(
    '/v1/analysis/top',
    {
      schema: {
        summary: 'The customers or services with the most cost, quantity or events',
        tags,
        querystring: schemas.TopQuery,
        response: { 200: schemas.TopAnswer, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as ByParameters & { rank_by?: 'cost' | 'quantity' | 'events' };
      const { by, rank_by: rankBy = 'cost' } = query;
      const answer = await rankUsage({ by, rankBy, ...readAround(query) });
      if (!answer.ok) throw asProblem(answer);
      const rankings = answer.rankings.map(({ items, ...ranking }) => ({
        ...ranking,
        items: items.map(({ rank, key, ...item }) => ({ rank, [by]: key, ...item })),
      }));
      return { method: topMethod, by, rank_by: rankBy, ...headOf(answer), rankings };
    },
  );
}

const growthMethod =
  'The same figures for two spans. change = now − before, exact; growth = change ÷ |before|, half away from zero to 6 ' +
  'digits, null where before is 0. Sorted by the size of the change of cost. Costs are exact and unrounded; what a ' +
  'billing period costs as such falls at its end.';

function addGrowth(app: FastifyInstance, { compareSpans }: UseCases): void {
  app.get(
    '/v1/analysis/growth',
    {
      schema: {
        summary: 'How customers or services changed from one span to another',
        tags,
        querystring: schemas.GrowthQuery,
        response: { 200: schemas.GrowthAnswer, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as ByParameters & { before_from?: string; before_to?: string };
      const { by, before_from, before_to } = query;
      const answer = await compareSpans({
        ...{ by, ...readAround(query) },
        ...(before_from !== undefined && { beforeFromMs: readTime(before_from, 'before_from') }),
        ...(before_to !== undefined && { beforeToMs: readTime(before_to, 'before_to') }),
      });
      if (!answer.ok) throw asProblem(answer);
      const { fromMs, toMs } = answer.before;
      return {
        ...{ method: growthMethod, by, ...headOf(answer) },
        ...{ before_from: formatTime(fromMs), before_to: formatTime(toMs) },
        items: answer.items.map(({ key, eventsBefore, eventsNow, ...item }) => ({
          ...{ [by]: key, ...item },
          events: { before: eventsBefore, now: eventsNow },
        })),
      };
    },
  );
}

const forecastMethod =
  'What is left of the running period brings, for each week (7 × 24 hours from now) to come, the mean of the up to four ' +
  'whole weeks before now, and for a part of a week the mean of the same part of them (basis weeks). With less than a ' +
  'week of history use goes on at the pace of the period so far (basis pace). Meters whose numbers do not add up are ' +
  'taken as they stand. Used and expected quantities are priced together, so tiers, minimum, maximum and flat amounts ' +
  'are those of the whole period; only amount is rounded.';

function addForecast(app: FastifyInstance, { forecastPeriod }: UseCases): void {
  app.get(
    '/v1/analysis/forecast',
    {
      schema: {
        summary: "What a customer's running billing period will cost if use goes on as in the last weeks",
        tags,
        querystring: schemas.ForecastQuery,
        response: { 200: schemas.ForecastAnswer, ...problemResponse },
      },
    },
    async (request) => {
      const { customer_id } = request.query as { customer_id: string };
      const answer = await forecastPeriod(customer_id);
      if (!answer.ok) throw asProblem(answer);
      const { customer, period, nowMs, lines, total } = answer;
      return {
        ...{ method: forecastMethod, customer_id, period: period.name },
        ...{ from: formatTime(period.fromMs), to: formatTime(period.toMs), now: formatTime(nowMs) },
        currency: customer.currency,
        lines: lines.map(({ line, service, meter, dimension, basis, weeks, quantity, amount, ...more }) => ({
          ...{ line, service, meter, ...(dimension !== undefined && { dimension }), basis },
          ...{ quantity_so_far: more.quantitySoFar, weeks, quantity_expected: more.quantityExpected },
          ...{ quantity, cost_so_far: more.costSoFar, exact_amount: more.exactAmount, amount },
        })),
        total,
      };
    },
  );
}

const anomalyMethod =
  'Each whole day (in time_zone) is compared with the same weekday of the up to eight weeks before, at least four, days ' +
  'before the first use of the service left out. spread = the greater of the median distance from the median and a ' +
  'twentieth of the median; score = |quantity − median| ÷ spread; an anomaly lies more than threshold × spread off.';

interface AnomalyParameters extends SpanParameters {
  customer_id: string;
  service?: string;
  threshold?: string;
  all?: 'true' | 'false';
}

function addAnomalies(app: FastifyInstance, { findAnomalies }: UseCases): void {
  app.get(
    '/v1/analysis/anomalies',
    {
      schema: {
        summary: "Days out of a customer's own weekly rhythm",
        tags,
        querystring: schemas.AnomalyQuery,
        response: { 200: schemas.AnomalyAnswer, ...problemResponse },
      },
    },
    async (request) => {
      const query = request.query as AnomalyParameters;
      const { customer_id, service } = query;
      const threshold = readThreshold(query.threshold);
      const { limit: _limit, ...around } = readAround(query);
      const answer = await findAnomalies({
        ...{ customerId: customer_id, threshold, all: query.all === 'true', ...around },
        ...(service !== undefined && { service }),
      });
      if (!answer.ok) throw asProblem(answer);
      return {
        ...{ method: anomalyMethod, customer_id, ...headOf(answer), threshold },
        items: answer.days.map(({ service: name, dayStartMs, dayEndMs, quantity, before, ...judged }) => ({
          ...{ service: name, day_start: formatTime(dayStartMs), day_end: formatTime(dayEndMs) },
          ...{ quantity, before, median: judged.median, median_deviation: judged.medianDeviation },
          ...{ spread: judged.spread, score: judged.score, is_anomaly: judged.isAnomaly },
        })),
      };
    },
  );
}

function readAround({ from, to, time_zone: zone, limit }: SpanParameters) {
  return {
    ...readSpan({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }),
    ...(zone !== undefined && { timeZone: readZone(zone) }),
    limit: readLimit(limit),
  };
}

function readThreshold(text: string | undefined): string {
  const threshold = canonicalDecimal(text ?? thresholdDefault);
  if (threshold !== null && !threshold.startsWith('-')) return threshold;
  throw new HttpProblem('parameter_invalid', 'threshold must not be negative', { field: 'threshold' });
}

function headOf({ span, timeZone }: { span: { fromMs: number; toMs: number }; timeZone: string }) {
  return { from: formatTime(span.fromMs), to: formatTime(span.toMs), time_zone: timeZone };
}
