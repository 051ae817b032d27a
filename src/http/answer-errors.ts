/** Every error that reaches the edge becomes one problem here; what we did not foresee is logged whole and told as 500. */
import type { ErrorObject } from 'ajv';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Busy, type ErrorCode, QueryTooExpensive, ResultTooLarge } from '../errors.ts';
import { problemOf } from './check-request.ts';
import { HttpProblem, problemBody, problemMediaType } from './problem.ts';

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  if (problem.code === 'internal' || problem.code === 'busy')
    request.log.error({ err: error }, 'request failed');
  const body = problemBody(problem.code, problem.message, request.id, problem.members);
  void reply
    .code(body.status)
    .headers(problem.headers)
    // The log's hook sets it too, but hooks do not run for what Fastify refuses before there is a route.
    .header('x-request-id', request.id)
    .header('content-type', problemMediaType)
    .send(JSON.stringify(body));
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  answerError(
    new HttpProblem('not_found', `there is nothing at ${pathOf(request.url)}; see /docs`),
    request,
    reply,
  );
}

/** A path without its query, cut so that a refusal stays short. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? url).slice(0, 200);
}

const codesOfFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_invalid',
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
