/**
 * Every error that reaches the edge becomes one problem here; what we did not foresee is logged whole and told as 500.
 * What comes again and again is logged as often as the trouble log allows.
 */
import type { ErrorObject } from 'ajv';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Busy, type ErrorCode, QueryTooExpensive, ResultTooLarge } from '../errors.ts';
import { problemOf } from './check-request.ts';
import { HttpProblem, problemBody, problemMediaType } from './problem.ts';
import type { TroubleLog } from './trouble-log.ts';

export type AnswerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

export function makeAnswerError(log: TroubleLog): AnswerError {
  return (error, request, reply) => {
    const problem = toProblem(error);
    reportTrouble(log, error, problem, request);
    answerProblem(problem, request, reply);
  };
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const detail = `there is nothing at ${pathOf(request.url)}; see /docs`;
  answerProblem(new HttpProblem('not_found', detail), request, reply);
}

function reportTrouble(log: TroubleLog, error: unknown, { code }: HttpProblem, { id }: FastifyRequest): void {
  const { message, cause } = error as Error;
  const [level, details] = ['error' as const, { reqId: id, err: error }];
  if (error instanceof Busy && cause === undefined) {
    // A bound that was reached: where in the program says nothing more.
    log.report({ kind: message, level: 'warn', message: 'request refused', details: { reqId: id } });
  } else if (error instanceof Busy) {
    const kind = `${message}: ${cause instanceof Error ? cause.message : String(cause)}`;
    log.report({ kind, level, message: 'request failed', details });
  } else if (code === 'internal') {
    log.report({ kind: `${message}`, level, message: 'request failed', details });
  } else if ((error as FastifyError).code === 'FST_ERR_BAD_URL') {
    // No hook sees it, so there is no line of the request either.
    const kind = 'its address cannot be read';
    log.report({ kind, level: 'warn', message: 'request is not valid HTTP', details: { reqId: id } });
  }
}

function answerProblem(problem: HttpProblem, request: FastifyRequest, reply: FastifyReply): void {
  const body = problemBody(problem.code, problem.message, request.id, problem.members);
  void reply
    .code(body.status)
    .headers(problem.headers)
    // The log's hook sets it too, but hooks do not run for what Fastify refuses before there is a route.
    .header('x-request-id', request.id)
    .header('content-type', problemMediaType)
    .send(JSON.stringify(body));
}

/** A path without its query, cut so that a refusal stays short. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? url).slice(0, 200);
}

const codesOfFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_invalid',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'media_type_unsupported',
  FST_ERR_BAD_URL: 'request_invalid',
  ECONNRESET: 'request_invalid',
};

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Busy) {
    return new HttpProblem('busy', error.message, {}, { 'retry-after': String(error.retryAfterSeconds) });
  }
  if (error instanceof ResultTooLarge) {
    return new HttpProblem('result_too_large', `${error.message}: ask for less at a time`);
  }
  if (error instanceof QueryTooExpensive) {
    return new HttpProblem(
      'query_too_expensive',
      `${error.message}: ask for less at a time`,
      {},
      { 'retry-after': '5' },
    );
  }
  const { validation, validationContext, code, message } = error as FastifyError;
  if (validation) return problemOf(validation as unknown as ErrorObject[], validationContext);
  const known = codesOfFastify[code];
  if (known) return new HttpProblem(known, message);
  return new HttpProblem('internal', 'this was logged under the request id; nothing of it was acknowledged');
}
