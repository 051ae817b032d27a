/** What `close` and `verify` are told: which month, which customer, where. Whether a month must be given, they say. */
import { parseArgs } from 'node:util';
import { readTarget, type Target, targetOptions } from './import-parts.ts';
import { WrongUsage } from './whole-number.ts';

export interface StatementOptions {
  readonly period: string | undefined;
  readonly customer: string | undefined;
  readonly target: Target;
}

export function readStatementOptions(args: readonly string[]): StatementOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...targetOptions,
      period: { type: 'string' },
      customer: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { period, customer } = values;
  if (period !== undefined && !/^\d{4}-\d{2}$/.test(period)) {
    throw new WrongUsage('--period must be a month such as 2026-10');
  }
  return { period, customer, target: readTarget(values) };
}
