/**
 * The next version of a service from what was asked and what is stored. Pure: who calls it keeps the version.
 * Members left out take the default at creation and keep the stored value later; a write restores an archived one.
 */
import { eventLimits, textFault, textFaultMessage } from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';
import type { RecordStamp } from './record-stamp.ts';
import { checkName } from './record-text.ts';
import type { Service } from './service.ts';

export interface ServiceInput {
  readonly name: string;
  readonly unit?: string;
  readonly allowNegative?: boolean;
}

export const serviceDefaults = { unit: 'unit', allowNegative: false } as const;

/** The first rule that is broken, or null. */
export function checkService(input: ServiceInput): Refusal | null {
  const fault = input.unit === undefined ? null : textFault(input.unit, eventLimits.idLengthMax);
  if (fault !== null) {
    const code = fault === 'long' ? 'unit_too_long' : 'unit_invalid';
    return refuse(code, `unit ${textFaultMessage(fault, eventLimits.idLengthMax)}`, 'unit');
  }
  return checkName(input.name);
}

export function nextService(
  id: string,
  input: ServiceInput,
  stored: Service | null,
  stamp: RecordStamp,
): Service {
  const base = stored ?? { ...serviceDefaults, createdAtMs: stamp.nowMs };
  return {
    id,
    name: input.name,
    unit: input.unit ?? base.unit,
    allowNegative: input.allowNegative ?? base.allowNegative,
    archived: false,
    sequence: stamp.sequence,
    createdAtMs: base.createdAtMs,
    updatedAtMs: stamp.nowMs,
  };
}

/** Whether a write would change nothing. */
export function sameService(a: Service, b: Service): boolean {
  return (
    a.name === b.name && a.unit === b.unit && a.allowNegative === b.allowNegative && a.archived === b.archived
  );
}
