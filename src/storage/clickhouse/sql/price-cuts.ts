/**
 * Which price cut an event falls behind: the greatest general or own cut not after it.
 * The caller has made sure that every event lies between the two ends named here.
 */
import type { Cuts } from '../../usage-store.ts';
import type { ParameterValue } from '../connection.ts';

/** Half the room each customer gets on one shared axis: 278 years before and after 1970. */
const reachMs = 2 ** 43;
const span = 2n ** 44n;
const customersMax = 2 ** 19 - 1;

/** Stands for "before the first cut". */
export const beforeCuts = -reachMs;

export interface CutExpression {
  readonly text: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

/** An expression over `t`, the event's milliseconds, and `customer_id`. */
export function cutExpression(cuts: Cuts): CutExpression {
  const general = `roundDown(t, {general_cuts:Array(Int64)})`;
  const params = { general_cuts: [beforeCuts, ...reachable(cuts.general)] };
  if (cuts.byCustomer.size === 0) return { text: general, params };
  return { text: `greatest(${general}, ${ownText})`, params: { ...params, ...ownParams(cuts.byCustomer) } };
}

/**
 * One axis holds every customer's cuts, each customer in a stretch of its own, so that one binary search in a
 * constant array finds the cut: an array per row would be built and copied for each event.
 */
const base = `transform(customer_id, {cut_customers:Array(String)}, {cut_bases:Array(Int64)}, {no_base:Int64})`;
const ownText = `roundDown(t + ${base}, {own_cuts:Array(Int64)}) - ${base}`;

function ownParams(byCustomer: Cuts['byCustomer']): Record<string, ParameterValue> {
  if (byCustomer.size > customersMax)
    throw new RangeError(`more than ${customersMax} customers have own cuts`);
  const bases = Array.from({ length: byCustomer.size + 1 }, (_, rank) => BigInt(rank) * span);
  const axis = [BigInt(beforeCuts)];
  let rank = 0;
  for (const cuts of byCustomer.values()) {
    rank += 1;
    const start = BigInt(rank) * span;
    axis.push(...[beforeCuts, ...reachable(cuts)].map((cut) => start + BigInt(cut)));
  }
  return { cut_customers: [...byCustomer.keys()], cut_bases: bases.slice(1), no_base: 0n, own_cuts: axis };
}

/** A cut beyond the far end lies after every event and so never counts. */
function reachable(cuts: readonly number[]): number[] {
  const first = cuts[0];
  if (first !== undefined && first <= beforeCuts) throw new RangeError(`a cut is too early: ${first}`);
  return cuts.filter((cut) => cut < reachMs);
}
