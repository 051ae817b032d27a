/**
 * What becomes of usage that arrives for a closed period (MONEY.md 5.5): `next` puts the difference on the earliest open
 * period, `ignore` reports it and charges nothing.
 */
export const latePolicies = ['next', 'ignore'] as const;
export type LatePolicy = (typeof latePolicies)[number];
