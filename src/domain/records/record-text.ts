/** The rules of text in records: the same as in events, because ids and names meet there. */
import { eventLimits, textFault, textFaultMessage } from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';

/** What is wrong with a text, in words that follow its name; null when nothing is. */
export function checkText(value: string, codePointsMax: number): string | null {
  const fault = textFault(value, codePointsMax);
  return fault === null ? null : textFaultMessage(fault, codePointsMax);
}

export function checkId(id: string): Refusal | null {
  const fault = textFault(id, eventLimits.idLengthMax);
  if (fault === null) return null;
  const code = fault === 'long' ? 'id_too_long' : 'id_invalid';
  return refuse(code, `id ${textFaultMessage(fault, eventLimits.idLengthMax)}`, 'id');
}

export function checkName(name: string): Refusal | null {
  const fault = textFault(name, eventLimits.idLengthMax);
  if (fault === null) return null;
  const code = fault === 'long' ? 'name_too_long' : 'name_invalid';
  return refuse(code, `name ${textFaultMessage(fault, eventLimits.idLengthMax)}`, 'name');
}
