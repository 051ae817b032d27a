/** Makes a meter. The same id with the same content is answered with the stored one, other content refused. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import { type MeterInput, makeMeter, readMeter, sameMeter } from '../domain/meters/check-meter.ts';
import type { Meter } from '../domain/meters/meter.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export type PostMeter = (
  input: MeterInput,
  actor: string,
) => Promise<{ readonly ok: true; readonly meter: Meter; readonly created: boolean } | Refusal>;

export function makePostMeter(dependencies: Dependencies): PostMeter {
  const { catalog, clock, recordStore, sequence, newId, writeLane } = dependencies;
  return (input, actor) =>
    writeLane(async () => {
      const read = readMeter(input);
      if (!read.ok) return read;
      if (!catalog.service(input.service)) {
        const message = `there is no service ${JSON.stringify(input.service)}; create it first`;
        return refuse('service_unknown', message, 'service');
      }
      const id = input.id ?? newId();
      const stored = catalog.meter(id);
      if (stored && sameMeter(stored, read.value)) return { ok: true, meter: stored, created: false };
      if (stored) return refuse('conflict', takenBy(stored), 'id');
      const meter = makeMeter(read.value, id, { sequence: sequence.next(), nowMs: clock.nowMs() });
      const audit = auditEntryOf({
        ...{ actor, action: 'create', subject: 'meter', subjectId: id, atMs: meter.createdAtMs },
        ...{ before: null, after: meter },
      });
      await recordStore.addMeter(meter, audit);
      catalog.keepMeter(meter);
      return { ok: true, meter, created: true };
    });
}

function takenBy({ id, sequence }: Meter): string {
  const name = JSON.stringify(id);
  return sequence === 0
    ? `${name} is the id of a service, and so of its default meter`
    : `meter ${name} exists with other content`;
}
