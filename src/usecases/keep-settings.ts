/** At start: what the server was told of late usage and rounding becomes a version of its settings, when it is new. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import type { InstanceSettings } from '../domain/records/instance-settings.ts';
import type { Dependencies } from './dependencies.ts';

export async function keepSettings(
  { catalog, clock, recordStore, sequence, writeLane }: Dependencies,
  { latePolicy, rounding }: Pick<InstanceSettings, 'latePolicy' | 'rounding'>,
  actor: string,
): Promise<void> {
  await writeLane(async () => {
    const before = catalog.latestSettings() ?? null;
    if (before?.latePolicy === latePolicy && before.rounding === rounding) return;
    const after = { latePolicy, rounding, sequence: sequence.next(), createdAtMs: clock.nowMs() };
    const audit = auditEntryOf({
      ...{ actor, action: before ? 'replace' : 'create', subject: 'settings', subjectId: 'instance' },
      ...{ atMs: after.createdAtMs, before, after },
    });
    await recordStore.addSettingsVersion(after, audit);
    catalog.keepSettings(after);
  });
}
