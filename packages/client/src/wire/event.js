/**
 * The usage event: as a caller writes it (the wire's shape) and in canonical form (what a valid one means).
 * Shapes only; the rules are in validate-event.ts.
 */
export {};
