/**
 * A list of services with their rates out of JSON text: `[{ "name": "FileSync", "rate": 0.15 }]`.
 * A rate is taken as it is written, digit for digit, whether as a number or as a string. One bad entry costs
 * only itself. What is recorded of it, and when the rate holds, is not decided here.
 */
import { canonicalDecimal, eventLimits, textFault, textFaultMessage } from '@countinghouse/client/wire';
import { isLosslessNumber, parse } from 'lossless-json';

export interface ListedService {
  /** Position in the list, from 0. */
  readonly index: number;
  /** The name: a usage event names its service by it. */
  readonly id: string;
  readonly name: string;
  /** Money per unit: shortest plain decimal, never negative. */
  readonly rate: string;
  readonly unit?: string;
  readonly currency?: string;
}

export interface EntryProblem {
  /** null: the whole text. */
  readonly index: number | null;
  readonly reason: string;
}

export interface ServiceList {
  readonly services: readonly ListedService[];
  readonly problems: readonly EntryProblem[];
}

type EntryResult = { ok: true; service: ListedService } | { ok: false; reason: string };

const members = new Set(['name', 'rate', 'unit', 'currency']);

export function readServiceList(text: string): ServiceList {
  const entries = parseList(text);
  if (typeof entries === 'string') return { services: [], problems: [{ index: null, reason: entries }] };
  const services: ListedService[] = [];
  const problems: EntryProblem[] = [];
  const indexOfId = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const result = readEntry(entry, index);
    if (!result.ok) {
      problems.push({ index, reason: result.reason });
      continue;
    }
    const earlier = indexOfId.get(result.service.id);
    if (earlier !== undefined) {
      problems.push({ index, reason: `duplicate: same name as entry ${earlier + 1}` });
      continue;
    }
    indexOfId.set(result.service.id, index);
    services.push(result.service);
  }
  return { services, problems };
}

/** The entries, or why there are none. */
function parseList(text: string): readonly unknown[] | string {
  try {
    const list = parse(text.replace(/^\ufeff/, ''));
    return Array.isArray(list) ? list : 'not a list: write [{ "name": …, "rate": … }]';
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function readEntry(entry: unknown, index: number): EntryResult {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry) || isLosslessNumber(entry)) {
    return refuse('not an object with "name" and "rate"');
  }
  const fields = new Map<string, unknown>(Object.entries(entry));
  const stranger = [...fields.keys()].find((key) => !members.has(key));
  if (stranger !== undefined) return refuse(`${JSON.stringify(stranger)} is unknown`);

  for (const key of ['name', 'unit', 'currency']) {
    const fault = textProblem(key, fields.get(key), key === 'name');
    if (fault !== null) return refuse(fault);
  }
  const rate = readRate(fields.get('rate'));
  if (!rate.ok) return rate;
  const name = fields.get('name') as string;
  const optional = Object.fromEntries([...fields].filter(([key]) => key === 'unit' || key === 'currency'));
  return { ok: true, service: { index, id: name, name, rate: rate.text, ...optional } };
}

function textProblem(key: string, value: unknown, required: boolean): string | null {
  if (value === undefined) return required ? `${key} missing` : null;
  if (typeof value !== 'string') return `${key} is not a text`;
  const fault = textFault(value, eventLimits.idLengthMax);
  return fault === null ? null : `${key} ${textFaultMessage(fault, eventLimits.idLengthMax)}`;
}

function readRate(value: unknown): { ok: true; text: string } | { ok: false; reason: string } {
  if (value === undefined) return { ok: false, reason: 'rate missing' };
  const written = isLosslessNumber(value) ? value.value : value;
  const text = typeof written === 'string' ? canonicalDecimal(written) : null;
  if (text === null) {
    return {
      ok: false,
      reason: 'rate is not a plain decimal (at most 26 digits before the point, 12 after it)',
    };
  }
  return text.startsWith('-') ? { ok: false, reason: 'rate is negative' } : { ok: true, text };
}

function refuse(reason: string): EntryResult {
  return { ok: false, reason };
}
