/**
 * Closes a period for the next customers in the order of their ids, so that a caller can close them all in groups, show
 * how far it has come, stop at any moment and begin again: who was closed before is only counted.
 */
import { checkPeriod } from '../domain/statements/period.ts';
import type { ErrorCode, Refusal } from '../errors.ts';
import type { ClosePeriods } from './close-periods.ts';
import type { Dependencies } from './dependencies.ts';

export interface CloseAllQuestion {
  /** The month: `2026-10`. */
  readonly period: string;
  /** The last customer of the group before; null: begin. */
  readonly after: string | null;
  readonly limit: number;
  readonly actor: string;
}

export interface ClosedGroup {
  readonly ok: true;
  readonly closed: number;
  readonly closedBefore: number;
  readonly refused: readonly {
    readonly customerId: string;
    readonly code: ErrorCode;
    readonly message: string;
  }[];
  /** null when no customer is left. */
  readonly nextAfter: string | null;
}

export type CloseAll = (question: CloseAllQuestion) => Promise<ClosedGroup | Refusal>;

export function makeCloseAll(
  { catalog }: Pick<Dependencies, 'catalog'>,
  closePeriods: ClosePeriods,
): CloseAll {
  return async ({ period, after, limit, actor }) => {
    const fault = checkPeriod(period);
    if (fault) return fault;
    const rest = catalog
      .customerIds()
      .filter((id) => after === null || id > after)
      .sort((a, b) => (a < b ? -1 : 1));
    const ids = rest.slice(0, limit);
    const results = await closePeriods(ids.map((customerId) => ({ customerId, period, actor })));
    const refused = results.flatMap((result, index) => {
      return result.ok ? [] : [{ customerId: ids[index] ?? '', code: result.code, message: result.message }];
    });
    const closed = results.filter((result) => result.ok && result.created).length;
    const nextAfter = rest.length > limit ? (ids.at(-1) ?? null) : null;
    return { ok: true, closed, closedBefore: results.length - refused.length - closed, refused, nextAfter };
  };
}
