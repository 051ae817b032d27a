/**
 * Local dates in IANA time zones, from the platform's own tables of clocks. Written anew on purpose: the product's
 * calendars come from another library. Days are counted from 1970-01-01 on the local calendar.
 */
const dayMs = 24 * 60 * 60_000;
const quarterMs = 15 * 60_000;

export interface Zones {
  /** The local day that an instant lies in. */
  dayOf(ms: number, zone: string): number;
  /** The first instant of the local month that the day lies in, and of the next one. */
  monthOf(day: number, zone: string): { readonly fromMs: number; readonly toMs: number };
}

/** 20,000 is "2024-10-04". */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export function makeZones(): Zones {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const ends = new Map<string, Map<number, number>>();
  const months = new Map<string, { fromMs: number; toMs: number }>();

  function formatOf(zone: string): Intl.DateTimeFormat {
    const known = formats.get(zone);
    if (known !== undefined) return known;
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    const clock = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...numeric, ...clock });
    formats.set(zone, format);
    return format;
  }

  /** What the clock of the zone shows, less what it shows in UTC. */
  function ask(ms: number, zone: string): number {
    const whole = Math.floor(ms / 1_000) * 1_000;
    const shown = new Map(
      formatOf(zone)
        .formatToParts(whole)
        .map(({ type, value }) => [type, value]),
    );
    const part = (name: Intl.DateTimeFormatPartTypes) => Number.parseInt(shown.get(name) ?? '', 10);
    const date = Date.UTC(part('year'), part('month') - 1, part('day'));
    return date + ((part('hour') * 60 + part('minute')) * 60 + part('second')) * 1_000 - whole;
  }

  function askOnce(ms: number, zone: string): number {
    const known = ends.get(zone) ?? new Map<number, number>();
    ends.set(zone, known);
    const offset = known.get(ms) ?? ask(ms, zone);
    known.set(ms, offset);
    return offset;
  }

  /** Clocks change at quarters of an hour, and not twice in a day. */
  function offsetAt(ms: number, zone: string): number {
    const startMs = Math.floor(ms / dayMs) * dayMs;
    const offset = askOnce(startMs, zone);
    if (offset === askOnce(startMs + dayMs, zone)) return offset;
    return askOnce(Math.floor(ms / quarterMs) * quarterMs, zone);
  }

  const dayOf: Zones['dayOf'] = (ms, zone) => Math.floor((ms + offsetAt(ms, zone)) / dayMs);

  /** Looks through the quarters of an hour around the day: no zone is more than 15 hours from UTC. */
  function startOf(day: number, zone: string): number {
    let ms = day * dayMs - 15 * 60 * 60_000;
    while (dayOf(ms, zone) < day) ms += quarterMs;
    return ms;
  }

  return {
    dayOf,
    monthOf(day, zone) {
      const date = new Date(day * dayMs);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const key = `${zone} ${year} ${month}`;
      const known = months.get(key);
      if (known !== undefined) return known;
      const first = Date.UTC(year, month) / dayMs;
      const next = Date.UTC(year, month + 1) / dayMs;
      const span = { fromMs: startOf(first, zone), toMs: startOf(next, zone) };
      months.set(key, span);
      return span;
    },
  };
}
