/**
 * What a month must cost, from the events and the price list alone: event by event in the order of time, with plain loops
 * over bigint. It imports nothing, so that it can be wrong only by itself. Quantities and money are in thousandths.
 */

export interface BillEvent {
  /** Milliseconds since the start of the period. */
  readonly at: number;
  readonly quantity: bigint;
  readonly money: bigint;
  /** The value of the property that prices may tell apart; null: the event lacks it. */
  readonly value: string | null;
}

export interface BillTier {
  /** null: without end. */
  readonly to: bigint | null;
  readonly unit: bigint;
  readonly flat: bigint;
}

/** What a model does not use is 0. */
export interface BillTerms {
  readonly unit: bigint;
  readonly tiers: readonly BillTier[];
  readonly size: bigint;
  readonly pack: bigint;
  readonly rate: bigint;
  readonly flat: bigint;
  readonly included: bigint;
  readonly least: bigint | null;
  readonly most: bigint | null;
}

export interface BillVersion {
  readonly from: number;
  readonly own: boolean;
  readonly model: string;
  readonly terms: BillTerms;
  /** null: one price for all. Else what each value costs; `null` as a key: all others. */
  readonly byValue: ReadonlyMap<string | null, BillTerms> | null;
}

export interface BillLine {
  /** undefined: undivided. */
  readonly value: string | null | undefined;
  readonly quantity: bigint;
  readonly events: number;
  /** The exact cost as numerator and denominator, not reduced. */
  readonly exact: readonly [bigint, bigint];
  /** Half away from zero, in hundredths. */
  readonly cents: bigint;
}

type Ratio = readonly [bigint, bigint];

/** One customer's meter in one period of `length` milliseconds. Later versions in the list were made later. */
export function billMeter(
  length: number,
  versions: readonly BillVersion[],
  events: readonly BillEvent[],
): BillLine[] {
  const inOrder = [...events].sort((a, b) => a.at - b.at);
  const values = new Set<string | null | undefined>();
  for (const { at, value } of inOrder) {
    const version = versionAt(versions, at);
    if (version === null || version.byValue === null) values.add(undefined);
    if (version === null || version.byValue !== null) values.add(value);
  }
  // A customer's own flat amount or minimum is owed for what it names, used or not.
  for (const version of versions) {
    if (!version.own || !versionActs(versions, version, length)) continue;
    const named = version.byValue === null ? [undefined] : [...version.byValue.keys()];
    for (const value of named) {
      const owed = version.model === 'flat' || (termsOf(version, value)?.least ?? null) !== null;
      if (value !== null && owed) values.add(value);
    }
  }
  const lines: BillLine[] = [];
  for (const value of values) {
    const line = billLine(length, versions, inOrder, value);
    if (line !== null) lines.push(line);
  }
  return lines;
}

function billLine(
  length: number,
  versions: readonly BillVersion[],
  events: readonly BillEvent[],
  value: string | null | undefined,
): BillLine | null {
  const mine = events.filter((event) => isOf(versionAt(versions, event.at), event, value));
  const whole = mine.reduce((sum, { quantity }) => sum + quantity, 0n);
  const hasEvent = mine.length > 0;
  // One cost for each piece of the period between two moments at which a version begins.
  const pieces = piecesOf(length, versions);
  let [running, quantity, count] = [0n, 0n, 0];
  let [total, least, most]: [Ratio, Ratio, Ratio] = [
    [0n, 1n],
    [0n, 1n],
    [0n, 1n],
  ];
  let [anyLeast, anyMost, stands, anyTerms] = [false, false, false, false];
  for (const [from, to] of pieces) {
    const version = versionAt(versions, from);
    const inside = mine.filter(({ at }) => at >= from && at < to);
    const terms = version === null ? null : termsOf(version, value);
    if (version === null || terms === null) {
      for (const event of inside) running += event.quantity;
      continue;
    }
    anyTerms = true;
    const charged = hasEvent || version.own;
    const share: Ratio = [BigInt(to - from), BigInt(length)];
    let cost: Ratio = charged ? perPeriod(version.model, terms, whole, share) : [0n, 1n];
    for (const event of inside) {
      const after = running + event.quantity;
      const step = plus(
        upTo(version.model, terms, after, whole),
        minus(upTo(version.model, terms, running, whole)),
      );
      cost = plus(cost, plus(step, ofMoney(version.model, terms, event.money)));
      running = after;
      quantity += event.quantity;
      count += 1;
    }
    total = plus(total, cost);
    if (terms.least !== null) anyLeast = true;
    if (terms.least !== null && charged) least = plus(least, [terms.least * share[0], 1000n * share[1]]);
    if (terms.most !== null) anyMost = true;
    most = plus(most, terms.most === null ? cost : [terms.most * share[0], 1000n * share[1]]);
    if (version.own && isNamed(version, value) && (version.model === 'flat' || terms.least !== null))
      stands = true;
  }
  if (!anyTerms) return null;
  let exact = total;
  if (whole >= 0n && anyLeast && less(exact, least)) exact = least;
  if (whole >= 0n && anyMost && less(most, exact)) exact = most;
  if (count === 0 && quantity === 0n && exact[0] === 0n && !stands) return null;
  return { value, quantity, events: count, exact, cents: toCents(exact) };
}

/** Whether an event counts for a line: for its own, and where nothing has a price for both kinds. */
function isOf(version: BillVersion | null, event: BillEvent, value: string | null | undefined): boolean {
  if (value === undefined) return version === null || version.byValue === null;
  return event.value === value && (version === null || version.byValue !== null);
}

/** A line may stand without use for the undivided price and for each value that a price names. */
function isNamed({ byValue }: BillVersion, value: string | null | undefined): boolean {
  return byValue === null || (value !== null && value !== undefined && byValue.has(value));
}

function termsOf({ terms, byValue }: BillVersion, value: string | null | undefined): BillTerms | null {
  if (byValue === null) return value === undefined ? terms : null;
  if (value === undefined) return null;
  return byValue.get(value) ?? byValue.get(null) ?? null;
}

function versionAt(versions: readonly BillVersion[], at: number): BillVersion | null {
  for (const own of [true, false]) {
    let best: BillVersion | null = null;
    for (const version of versions) {
      if (version.own !== own || version.from > at) continue;
      if (best === null || version.from >= best.from) best = version;
    }
    if (best !== null && best.model !== 'inherit') return best;
  }
  return null;
}

function versionActs(versions: readonly BillVersion[], version: BillVersion, length: number): boolean {
  return piecesOf(length, versions).some(([from]) => versionAt(versions, from) === version);
}

function piecesOf(length: number, versions: readonly BillVersion[]): [number, number][] {
  const starts = [0, ...versions.map(({ from }) => from).filter((from) => from > 0 && from < length)];
  const sorted = [...new Set(starts)].sort((a, b) => a - b);
  return sorted.map((from, index) => [from, sorted[index + 1] ?? length]);
}

/** What a running quantity has cost when it stands at `quantity`. */
function upTo(model: string, terms: BillTerms, quantity: bigint, whole: bigint): Ratio {
  const charged = quantity > terms.included ? quantity - terms.included : 0n;
  if (model === 'per_unit') return [(quantity < 0n ? quantity : charged) * terms.unit, 1_000_000n];
  if (model === 'package') {
    if (quantity < 0n) return [quantity * terms.pack, terms.size * 1000n];
    return [((charged + terms.size - 1n) / terms.size) * terms.pack, 1000n];
  }
  if (model === 'graduated') return [graduatedUpTo(terms, quantity, charged), 1_000_000n];
  if (model !== 'volume') return [0n, 1n];
  if (quantity < 0n) return [quantity * (terms.tiers[0]?.unit ?? 0n), 1_000_000n];
  return [charged * (tierOf(terms, whole)?.unit ?? 0n), 1_000_000n];
}

function graduatedUpTo({ tiers }: BillTerms, quantity: bigint, charged: bigint): bigint {
  if (quantity < 0n) return quantity * (tiers[0]?.unit ?? 0n);
  let [cost, from] = [0n, 0n];
  for (const { to, unit, flat } of tiers) {
    if (charged <= from) break;
    const end = to !== null && to < charged ? to : charged;
    cost += (end - from) * unit + flat * 1000n;
    from = end;
  }
  return cost;
}

function tierOf({ tiers, included }: BillTerms, whole: bigint): BillTier | null {
  const charged = whole - included;
  if (charged <= 0n) return null;
  return tiers.find(({ to }) => to === null || charged <= to) ?? null;
}

/** What a period costs as such, by the version's share of it. */
function perPeriod(model: string, terms: BillTerms, whole: bigint, share: Ratio): Ratio {
  const flat = model === 'flat' ? terms.flat : model === 'volume' ? (tierOf(terms, whole)?.flat ?? 0n) : 0n;
  return [flat * share[0], 1000n * share[1]];
}

function ofMoney(model: string, { rate }: BillTerms, money: bigint): Ratio {
  if (model === 'pass_through') return [money, 1000n];
  return model === 'percentage' ? [money * rate, 1_000_000n] : [0n, 1n];
}

function plus(a: Ratio, b: Ratio): Ratio {
  if (a[1] === b[1]) return [a[0] + b[0], a[1]];
  return [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
}

function minus(a: Ratio): Ratio {
  return [-a[0], a[1]];
}

function less(a: Ratio, b: Ratio): boolean {
  return a[0] * b[1] < b[0] * a[1];
}

function toCents([over, under]: Ratio): bigint {
  const size = over < 0n ? -over : over;
  const cents = (size * 200n + under) / (2n * under);
  return over < 0n ? -cents : cents;
}
