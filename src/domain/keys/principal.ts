/** Who is asking: a key, or somebody on this machine. It holds no secret and may be logged. */
import type { ApiKey } from './api-key.ts';
import type { Scope } from './scopes.ts';

export interface Principal {
  /** The key's name, or `local`: what the audit log says. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** Only this customer's data; null: everybody's. */
  readonly customerId: string | null;
  /** The source of events that name none. */
  readonly defaultSource: string;
}

/** No key can have this name. */
export const localActor = 'local';

/** Whoever asks on this machine without a key, or with the token from the data folder. */
export const localPrincipal: Principal = {
  actor: localActor,
  scopes: ['admin'],
  customerId: null,
  defaultSource: 'default',
};

export function principalOf({ name, scopes, customerId, source }: ApiKey): Principal {
  return { actor: name, scopes, customerId, defaultSource: source };
}
