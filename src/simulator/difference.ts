/** Where a server and the oracle disagree, and how that is told. It compares nothing itself. */
export interface Difference {
  /** What was asked: an event's answer, or a question about totals. */
  readonly where: string;
  readonly customer?: string;
  readonly service?: string;
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

/** Counts comparisons and keeps the first that failed. */
export interface Comparison {
  compared: number;
  different: number;
  readonly first: Difference[];
}

const differencesKept = 100;

export function newComparison(): Comparison {
  return { compared: 0, different: 0, first: [] };
}

/** Compares the text of two values, so that "20" and "20.00" differ, as they would on a statement. */
export function compare(comparison: Comparison, difference: Difference): void {
  comparison.compared += 1;
  if (difference.expected === difference.got) return;
  comparison.different += 1;
  if (comparison.first.length < differencesKept) comparison.first.push(difference);
}

/** Compares the named fields, and says "nothing" where the server had no such entry. */
export function compareFields<T extends object>(
  comparison: Comparison,
  at: Omit<Difference, 'field' | 'expected' | 'got'>,
  expected: T,
  got: { readonly [K in keyof T]?: unknown } | undefined,
): void {
  for (const [field, value] of Object.entries(expected)) {
    const answer = got === undefined ? 'nothing' : `${got[field as keyof T]}`;
    compare(comparison, { ...at, field, expected: `${value}`, got: answer });
  }
}

export function describeDifference(seed: number, difference: Difference): string {
  const { where, customer, service, field, expected, got } = difference;
  const of = [customer && `customer ${customer}`, service && `service ${service}`].filter(Boolean).join(', ');
  return `seed ${seed}: ${where}${of === '' ? '' : `: ${of}`}: ${field}: expected ${expected}, got ${got}`;
}
