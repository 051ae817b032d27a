/**
 * A store whose look-ups also find what is in quarantine: those events were acknowledged, so their identities stay
 * taken, a repeat is a duplicate, and a replay does not bring them again.
 */
import type { Quarantine } from '../storage/quarantine.ts';
import type { UsageStore } from '../storage/usage-store.ts';

export function takenInQuarantine<Store extends Pick<UsageStore, 'findSeen'>>(
  store: Store,
  quarantine: Pick<Quarantine, 'find'>,
): Store {
  const findSeen: UsageStore['findSeen'] = async (identities) => [
    ...(await store.findSeen(identities)),
    ...quarantine.find(identities),
  ];
  return Object.assign(Object.create(store), { findSeen });
}
