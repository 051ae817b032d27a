/**
 * Requests against their schemas: Ajv as strict as it can be (no coercion, no defaults, nothing removed), and its
 * findings as codes of our catalogue.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import { HttpProblem } from './problem.ts';

const ajv = new Ajv({
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  strict: false,
  allErrors: false,
});

export function compileSchema(
  schema: object,
): (data: unknown) => boolean | { error: Error & { validation: unknown } } {
  const validate = ajv.compile(schema);
  return (data) => {
    if (validate(data)) return true;
    return { error: Object.assign(new Error('invalid'), { validation: validate.errors }) };
  };
}

/** The first finding, in our words. `context` is what Fastify calls the part: body, querystring, params. */
export function problemOf([finding]: readonly ErrorObject[], context: string | undefined): HttpProblem {
  if (!finding) return new HttpProblem('body_invalid', 'the request does not fit its schema');
  const { field, kind } = faultOf(finding);
  return problemWith(context, field, kind, detailOf(finding, field));
}

/** What a schema cannot say of a member. `fault` are words that follow its name. */
export function fieldProblem(context: 'params' | 'querystring', field: string, fault: string): HttpProblem {
  return problemWith(context, field, 'invalid', `${field} ${fault}`);
}

function problemWith(context: string | undefined, field: string, kind: Kind, detail: string): HttpProblem {
  if (context !== 'body' && context !== 'params')
    return new HttpProblem('parameter_invalid', detail, field ? { field } : {});
  if (kind === 'unknown') return new HttpProblem('field_unknown', detail, { field });
  const code = `${field.split('.')[0]}_${kind}`;
  return new HttpProblem(isCode(code) ? code : 'body_invalid', detail, field ? { field } : {});
}

type Kind = 'missing' | 'unknown' | 'too_long' | 'invalid';

function faultOf({ keyword, params, instancePath }: ErrorObject): { field: string; kind: Kind } {
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'required') {
    const missing = String(params.missingProperty);
    // Inside a member (a tier, a rate) it is that member that is wrong.
    return path === ''
      ? { field: missing, kind: 'missing' }
      : { field: `${path}.${missing}`, kind: 'invalid' };
  }
  if (keyword === 'additionalProperties')
    return { field: String(params.additionalProperty), kind: 'unknown' };
  return { field: path, kind: keyword === 'maxLength' ? 'too_long' : 'invalid' };
}

function detailOf({ keyword, message = 'is not valid', params }: ErrorObject, field: string): string {
  if (keyword === 'required') return `${field} is missing`;
  if (keyword === 'additionalProperties')
    return `${field.slice(0, 128)} is not known here; check the spelling`;
  if (keyword === 'const') return `${field} must be ${JSON.stringify(params.allowedValue)}`;
  if (keyword === 'anyOf' && field.endsWith('amount')) {
    return `${field} must be a decimal: a string, or a number written with at most 15 digits`;
  }
  return `${field || 'the body'} ${message}`;
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
