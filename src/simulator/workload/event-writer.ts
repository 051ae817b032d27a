/**
 * Writes simulated events as the wire has them. On the hot path of the generator, hence with texts that are joined and
 * never encoded: parts that events share are made once.
 */
import type { SimulatedEvent } from './usage-event.ts';

const minuteMs = 60_000;
const secondTexts = Array.from({ length: 60 }, (_, number) => `${`${number}`.padStart(2, '0')}.`);
/** With what stands between a time and a quantity. */
const milliTexts = Array.from(
  { length: 1_000 },
  (_, number) => `${`${number}`.padStart(3, '0')}Z","quantity":"`,
);

/** A text for each pair of names, made when it is first asked for. */
function makePairs(make: (one: string, other: string) => string): (one: string, other: string) => string {
  const byOne = new Map<string, Map<string, string>>();
  return (one, other) => {
    let byOther = byOne.get(one);
    if (byOther === undefined) {
      byOther = new Map();
      byOne.set(one, byOther);
    }
    let text = byOther.get(other);
    if (text === undefined) {
      text = make(one, other);
      byOther.set(other, text);
    }
    return text;
  };
}

/** Keeps the text of the last minute, which neighbours share. */
export function makeEventWriter(): (event: SimulatedEvent) => string {
  // Nothing in here needs escaping: all texts are ids of ours, or ids that an import made of names.
  const heads = makePairs((source) => `{"source":"${source}","id":"`);
  const middles = makePairs(
    (customer, service) => `","customer_id":"${customer}","service":"${service}","time":"`,
  );
  const tails = makePairs((region, plan) => `","properties":{"region":"${region}","plan":"${plan}"}}`);
  let minute = Number.NaN;
  let minuteText = '';
  return ({ source, id, customerId, service, timeMs, quantity, amount, region, plan }) => {
    const at = Math.floor(timeMs / minuteMs);
    if (at !== minute) {
      minute = at;
      minuteText = new Date(at * minuteMs).toISOString().slice(0, 17);
    }
    const rest = timeMs - at * minuteMs;
    const seconds = Math.floor(rest / 1_000);
    const time = minuteText + secondTexts[seconds] + milliTexts[rest - seconds * 1_000];
    const size = amount === null ? quantity : `${quantity}","amount":"${amount}`;
    return heads(source, '') + id + middles(customerId, service) + time + size + tails(region, plan);
  };
}
