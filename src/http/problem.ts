/**
 * Refusals as RFC 9457 problem details: the one place where a refusal becomes an HTTP answer. Nothing of the inside
 * (stack, path, SQL) is ever told.
 */
import type { Problem } from '@countinghouse/client/wire';
import { type ErrorCode, errorCatalogue, type Refusal } from '../errors.ts';

export const problemMediaType = 'application/problem+json; charset=utf-8';

/** Members that some problems carry besides the usual ones. */
export type ProblemMembers = Partial<
  Pick<Problem, 'field' | 'source' | 'id' | 'stored_fingerprint' | 'sent_fingerprint'>
>;

/** A refusal on its way to the error handler. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ErrorCode;
  readonly members: ProblemMembers;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    members: ProblemMembers = {},
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.code = code;
    this.members = members;
    this.headers = headers;
  }
}

export function asProblem(refusal: Refusal): HttpProblem {
  return new HttpProblem(
    refusal.code,
    refusal.message,
    refusal.field === undefined ? {} : { field: refusal.field },
  );
}

export function problemBody(
  code: ErrorCode,
  detail: string,
  requestId: string,
  members: ProblemMembers = {},
): Problem {
  const { status, title } = errorCatalogue[code];
  return {
    type: `urn:countinghouse:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...members,
    request_id: requestId,
  };
}
