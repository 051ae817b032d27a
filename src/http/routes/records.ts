/** Customers and services: create or replace, look at, list, archive. */
import { formatTime } from '@countinghouse/client/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { UseCases } from '../../usecases/use-cases.ts';
import { actorOf } from '../actor.ts';
import { asProblem, HttpProblem } from '../problem.ts';
import * as schemas from '../schemas/records.ts';
import { problemResponse } from '../schemas/shared.ts';
import { listRoute, type Page } from './list-route.ts';

type CustomerRecord = NonNullable<Awaited<ReturnType<UseCases['browseRecords']['findCustomer']>>>;
type ServiceRecord = NonNullable<Awaited<ReturnType<UseCases['browseRecords']['findService']>>>;

export function customerRoutes(app: FastifyInstance, useCases: UseCases): void {
  const { browseRecords, putCustomer, archiveCustomer } = useCases;
  const tags = ['customers'];
  const response = { 200: schemas.Customer, ...problemResponse };

  app.put(
    '/v1/customers/:id',
    {
      schema: {
        summary: 'Create or replace a customer',
        tags,
        params: schemas.IdPath,
        body: schemas.CustomerBody,
        response: { ...response, 201: schemas.Customer },
      },
    },
    async (request, reply) => {
      const input = toCustomerInput(request.body as CustomerBody);
      const result = await putCustomer(idOf(request.params), input, actorOf(request));
      if (!result.ok) throw asProblem(result);
      return written(reply, result.created, toCustomer(result.customer));
    },
  );

  app.get(
    '/v1/customers/:id',
    { schema: { summary: 'One customer', tags, params: schemas.IdPath, response } },
    async (request) => toCustomer(found(await browseRecords.findCustomer(idOf(request.params)), 'customer')),
  );

  app.post(
    '/v1/customers/:id/archive',
    {
      schema: {
        summary: 'Hide a customer from lists; its events still count',
        tags,
        params: schemas.IdPath,
        response,
      },
    },
    async (request) => {
      const result = await archiveCustomer(idOf(request.params), actorOf(request));
      if (!result.ok) throw asProblem(result);
      return toCustomer(result.customer);
    },
  );

  listRoute(app, '/v1/customers', 'List customers', tags, schemas.Customer, async (page, _, caller) =>
    (caller.customerId === null
      ? await browseRecords.listCustomers(page)
      : await listOne(page, browseRecords.findCustomer(caller.customerId))
    ).map(toCustomer),
  );
}

export function serviceRoutes(app: FastifyInstance, useCases: UseCases): void {
  const { browseRecords, putService, archiveService } = useCases;
  const tags = ['services'];
  const response = { 200: schemas.Service, ...problemResponse };

  app.put(
    '/v1/services/:id',
    {
      schema: {
        summary: 'Create or replace a service',
        tags,
        params: schemas.IdPath,
        body: schemas.ServiceBody,
        response: { ...response, 201: schemas.Service },
      },
    },
    async (request, reply) => {
      const { name, unit, allow_negative: allowNegative } = request.body as ServiceBody;
      const input = {
        name,
        ...(unit !== undefined && { unit }),
        ...(allowNegative !== undefined && { allowNegative }),
      };
      const result = await putService(idOf(request.params), input, actorOf(request));
      if (!result.ok) throw asProblem(result);
      return written(reply, result.created, toService(result.service));
    },
  );

  app.get(
    '/v1/services/:id',
    { schema: { summary: 'One service', tags, params: schemas.IdPath, response } },
    async (request) => toService(found(await browseRecords.findService(idOf(request.params)), 'service')),
  );

  app.post(
    '/v1/services/:id/archive',
    {
      schema: {
        summary: 'Hide a service from lists; its events still count',
        tags,
        params: schemas.IdPath,
        response,
      },
    },
    async (request) => {
      const result = await archiveService(idOf(request.params), actorOf(request));
      if (!result.ok) throw asProblem(result);
      return toService(result.service);
    },
  );

  listRoute(app, '/v1/services', 'List services', tags, schemas.Service, async (page) =>
    (await browseRecords.listServices(page)).map(toService),
  );
}

/** The list that a key of one customer gets: one page with that customer, unless it is archived. */
async function listOne(page: Page, finding: Promise<CustomerRecord | null>): Promise<CustomerRecord[]> {
  const customer = page.after === null ? await finding : null;
  return customer === null || customer.archived ? [] : [customer];
}

interface CustomerBody {
  name: string;
  time_zone?: string;
  currency?: string;
  tags?: Record<string, string>;
  late_policy?: 'next' | 'ignore';
}

interface ServiceBody {
  name: string;
  unit?: string;
  allow_negative?: boolean;
}

function toCustomerInput({
  name,
  time_zone: timeZone,
  currency,
  tags,
  late_policy: latePolicy,
}: CustomerBody) {
  return {
    name,
    ...(timeZone !== undefined && { timeZone }),
    ...(currency !== undefined && { currency }),
    ...(tags !== undefined && { tags }),
    ...(latePolicy !== undefined && { latePolicy }),
  };
}

function toCustomer(customer: CustomerRecord) {
  const { id, name, timeZone, currency, tags, latePolicy, archived, sequence } = customer;
  return {
    ...{ id, name, time_zone: timeZone, currency, tags },
    ...(latePolicy !== null && { late_policy: latePolicy }),
    ...{ archived, sequence: String(sequence), created_at: formatTime(customer.createdAtMs) },
    updated_at: formatTime(customer.updatedAtMs),
  };
}

function toService(service: ServiceRecord) {
  const { id, name, unit, allowNegative, archived, sequence, createdAtMs, updatedAtMs } = service;
  const times = { created_at: formatTime(createdAtMs), updated_at: formatTime(updatedAtMs) };
  return { id, name, unit, allow_negative: allowNegative, archived, sequence: String(sequence), ...times };
}

function idOf(params: unknown): string {
  return (params as { id: string }).id;
}

function found<T>(record: T | null, what: string): T {
  if (record === null) throw new HttpProblem('not_found', `there is no such ${what}`);
  return record;
}

function written<T>(reply: FastifyReply, created: boolean, body: T): T {
  void reply.code(created ? 201 : 200);
  return body;
}
