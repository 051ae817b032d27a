/** A client that sends every mistake there is among good events, and quantities of every size. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const misbehavingClient: Scenario = {
  ...ordinary,
  name: 'misbehaving-client',
  summary: 'A client that sends every mistake there is among good events, and quantities of every size.',
  days: 2,
  oddities: { late: 50, boundary: 20, extreme: 60, skewed: 50 },
  extras: {
    ...ordinary.extras,
    conflict: 60,
    unknownCustomer: 40,
    unknownService: 30,
    mistake: 400,
  },
};
