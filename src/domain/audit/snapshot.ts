/**
 * A record as the audit log shows it: the wire's names (snake_case), RFC 3339 times, sequences as text. Its own members that
 * are null are left out, as on the wire; a tier's end is not. It knows no record in particular; names inside `tags` and
 * `properties` are data.
 */
import { formatTime } from '@countinghouse/client/wire';
import type { AuditSnapshot } from './audit-entry.ts';

export function auditSnapshot(record: object): AuditSnapshot {
  return snapshotOf(Object.entries(record).filter(([, value]) => value !== null));
}

function snapshotOf(members: readonly [string, unknown][]): AuditSnapshot {
  const given = members.filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [wireName(name), wireValue(name, value)]));
}

/** Members whose own names are a user's words. */
const dataMembers = new Set(['tags', 'properties']);

function wireName(name: string): string {
  return name.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function wireValue(name: string, value: unknown): unknown {
  if (typeof value === 'number' && name.endsWith('Ms')) return formatTime(value);
  if (name === 'sequence' || name === 'watermark') return String(value);
  if (dataMembers.has(name)) return value;
  if (Array.isArray(value)) return value.map((item) => wireValue('', item));
  return typeof value === 'object' && value !== null ? snapshotOf(Object.entries(value)) : value;
}
