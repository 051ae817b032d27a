/**
 * The next version of a customer from what was asked and what is stored. Pure: who calls it keeps the version.
 * Members left out take the default at creation and keep the stored value later; a write restores an archived one.
 */
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isCurrency } from '../../money/currency.ts';
import { isTimeZone } from '../../time/zone.ts';
import type { Customer } from './customer.ts';
import type { LatePolicy } from './late-policy.ts';
import type { RecordStamp } from './record-stamp.ts';
import { checkName, checkText } from './record-text.ts';

export interface CustomerInput {
  readonly name: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly latePolicy?: LatePolicy;
}

export const customerDefaults = { timeZone: 'UTC', currency: 'USD' } as const;

/** The first rule that is broken, or null. */
export function checkCustomer(input: CustomerInput): Refusal | null {
  const { timeZone, currency, tags } = input;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return refuse(
      'time_zone_invalid',
      'time_zone must be an IANA time zone such as Europe/Berlin',
      'time_zone',
    );
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return refuse('currency_invalid', 'currency must be an ISO 4217 code such as USD', 'currency');
  }
  return checkName(input.name) ?? checkTags(tags ?? {});
}

export function nextCustomer(
  id: string,
  input: CustomerInput,
  stored: Customer | null,
  stamp: RecordStamp,
): Customer {
  const base = stored ?? { ...customerDefaults, tags: {}, latePolicy: null, createdAtMs: stamp.nowMs };
  return {
    id,
    name: input.name,
    timeZone: input.timeZone ?? base.timeZone,
    currency: input.currency ?? base.currency,
    tags: input.tags ?? base.tags,
    latePolicy: input.latePolicy ?? base.latePolicy,
    archived: false,
    sequence: stamp.sequence,
    createdAtMs: base.createdAtMs,
    updatedAtMs: stamp.nowMs,
  };
}

/** Whether a write would change nothing. */
export function sameCustomer(a: Customer, b: Customer): boolean {
  return (
    a.name === b.name &&
    a.timeZone === b.timeZone &&
    a.currency === b.currency &&
    a.archived === b.archived &&
    a.latePolicy === b.latePolicy &&
    tagText(a.tags) === tagText(b.tags)
  );
}

function tagText(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkTags(tags: Readonly<Record<string, string>>): Refusal | null {
  const entries = Object.entries(tags);
  if (entries.length > limits.tagsMax)
    return refuse('tags_invalid', `there are more than ${limits.tagsMax} tags`, 'tags');
  for (const [name, value] of entries) {
    const fault =
      checkText(name, limits.tagLengthMax) ?? (value === '' ? null : checkText(value, limits.tagLengthMax));
    if (fault) return refuse('tags_invalid', `a tag's name or value ${fault}`, 'tags');
  }
  return null;
}
