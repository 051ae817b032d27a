/** The moments at which one day or month ends and another begins, where a customer lives. It draws none of them. */
import { monthAround } from '../../time/zone.ts';
import { dayMs, type World } from './world.ts';

/** Starts of local months that lie in the world's span, and the UTC midnights beside them. */
export function makeBoundaries({ fromMs, toMs }: World): (zone: string) => readonly number[] {
  const kept = new Map<string, number[]>();
  return (zone) => {
    const known = kept.get(zone);
    if (known !== undefined) return known;
    const moments: number[] = [];
    let month = monthAround(fromMs, zone);
    while (month.toMs < toMs) {
      moments.push(month.toMs, Math.floor(month.toMs / dayMs) * dayMs, month.toMs + dayMs);
      month = monthAround(month.toMs, zone);
    }
    // A span within one month has its local midnights: a day from the month's start on, where no clock changes.
    if (moments.length === 0) {
      for (let at = month.fromMs; at < toMs; at += dayMs) if (at > fromMs) moments.push(at);
    }
    kept.set(zone, moments);
    return moments;
  };
}
