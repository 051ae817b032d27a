/**
 * The oracle: from what is sent, as plain data, to every right answer.
 * It imports nothing of the product, so that a mistake there cannot be repeated here.
 */
import { account, type ExpectedCustomer } from './account.ts';
import { judge, type OracleInput, type Verdict } from './judge.ts';

export interface Expectation {
  /** One for each sending, in their order. */
  readonly verdicts: readonly Verdict[];
  readonly counts: Readonly<Record<Verdict['status'], number>>;
  readonly rejectedByCode: Readonly<Record<string, number>>;
  /** Customers with a record. */
  readonly customers: readonly ExpectedCustomer[];
  /** Customers without one: their usage is stored, and costs nothing yet. */
  readonly suspended: readonly ExpectedCustomer[];
}

export function expectAnswers(input: OracleInput): Expectation {
  const { verdicts, accepted } = judge(input);
  const counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  const rejectedByCode: Record<string, number> = {};
  for (const { status, code } of verdicts) {
    counts[status] += 1;
    if (status === 'rejected' && code !== undefined) rejectedByCode[code] = (rejectedByCode[code] ?? 0) + 1;
  }
  const known = new Set(input.customers.map((customer) => customer.id));
  const accounts = account(input, accepted);
  return {
    verdicts,
    counts,
    rejectedByCode,
    customers: accounts.filter(({ customerId }) => known.has(customerId)),
    suspended: accounts.filter(({ customerId }) => !known.has(customerId)),
  };
}
