/**
 * Which customers any correction ever touched, in memory: questions about the others need not look at corrections at all.
 * Filled when the store is opened and with every correction that is stored; it never forgets.
 */
export interface CorrectedCustomers {
  add(customerIds: Iterable<string>): void;
  /** null: all customers. */
  touches(customerIds: readonly string[] | null): boolean;
}

export function makeCorrectedCustomers(stored: Iterable<string>): CorrectedCustomers {
  const corrected = new Set(stored);
  return {
    add(customerIds) {
      for (const customerId of customerIds) corrected.add(customerId);
    },
    touches: (customerIds) =>
      corrected.size > 0 && (customerIds === null || customerIds.some((one) => corrected.has(one))),
  };
}
