/** A new key from what was asked for: the rules of its members. Whether its name is free is the caller's question. */
import { eventLimits } from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';
import { checkName, checkText } from '../records/record-text.ts';
import type { ApiKey, KeySecret, KeyWrite } from './api-key.ts';
import { localActor } from './principal.ts';
import { isScope, type Scope, scopes } from './scopes.ts';

export interface KeyInput {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Default: the name. */
  readonly source?: string;
  /** Default: every customer. */
  readonly customerId?: string;
}

export function checkKey(input: KeyInput): Refusal | null {
  return (
    checkName(input.name) ??
    checkKeyName(input.name) ??
    checkScopes(input) ??
    checkOptional('source', input.source) ??
    checkOptional('customer_id', input.customerId)
  );
}

/** Of an input that `checkKey` passed. Scopes are kept in the order of the catalogue, each once. */
export function newKey(input: KeyInput, secret: KeySecret, { nowMs, actor }: KeyWrite): ApiKey {
  return {
    name: input.name,
    scopes: scopes.filter((scope) => input.scopes.includes(scope)),
    source: input.source ?? input.name,
    customerId: input.customerId ?? null,
    createdAtMs: nowMs,
    createdBy: actor,
    revokedAtMs: null,
    revokedBy: null,
    secrets: [secret],
  };
}

/** Keys, too, are written down by mistake: a name that looks like one is probably the key itself. */
function checkKeyName(name: string): Refusal | null {
  if (name === localActor) return refuse('name_invalid', 'name must not be local: it means no key', 'name');
  if (name.startsWith('chk_')) return refuse('name_invalid', 'name must not look like a key', 'name');
  return null;
}

function checkScopes({ scopes: wanted, customerId }: KeyInput): Refusal | null {
  const field = 'scopes';
  if (wanted.length === 0) return refuse('scopes_missing', `a key needs at least one scope: ${list}`, field);
  const unknown = wanted.find((scope) => !isScope(scope));
  if (unknown !== undefined) return refuse('scopes_invalid', `scopes are ${list}`, field);
  const admin: Scope = 'admin';
  if (customerId !== undefined && wanted.includes(admin)) {
    return refuse('scopes_invalid', 'admin is over everybody: it cannot be kept to one customer', field);
  }
  return null;
}

const list = scopes.join(', ');

function checkOptional(field: 'source' | 'customer_id', value: string | undefined): Refusal | null {
  if (value === undefined) return null;
  const fault = checkText(value, eventLimits.idLengthMax);
  if (fault === null) return null;
  const isLong = [...value].length > eventLimits.idLengthMax;
  return refuse(`${field}_${isLong ? 'too_long' : 'invalid'}`, `${field} ${fault}`, field);
}
