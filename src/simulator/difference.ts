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

/** Counts comparisons and keeps those that failed. */
export interface Comparison {
  compared: number;
  readonly differences: Difference[];
}

export function newComparison(): Comparison {
  return { compared: 0, differences: [] };
}

/** Compares the text of two values, so that "20" and "20.00" differ, as they would on a statement. */
export function compare(comparison: Comparison, difference: Difference): void {
  comparison.compared += 1;
  if (difference.expected !== difference.got) comparison.differences.push(difference);
}

export function describeDifference(seed: number, difference: Difference): string {
  const { where, customer, service, field, expected, got } = difference;
  const of = [customer && `customer ${customer}`, service && `service ${service}`].filter(Boolean).join(', ');
  return `seed ${seed}: ${where}${of === '' ? '' : `: ${of}`}: ${field}: expected ${expected}, got ${got}`;
}
