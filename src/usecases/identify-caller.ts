/** Who is asking, from the key that was sent: its name, what it may do, and whose data it may see. */
import { localPrincipal, type Principal, principalOf } from '../domain/keys/principal.ts';
import { allows, type Scope, scopes } from '../domain/keys/scopes.ts';
import type { Dependencies } from './dependencies.ts';

export { allows, localPrincipal, type Principal, type Scope, scopes };

/** null: the text is no key, or one that opens nothing (any more). */
export type IdentifyCaller = (text: string) => Principal | null;

export function makeIdentifyCaller({
  keyRing,
  clock,
}: Pick<Dependencies, 'keyRing' | 'clock'>): IdentifyCaller {
  return (text) => {
    const key = keyRing.find(text, clock.nowMs());
    return key === null ? null : principalOf(key);
  };
}
