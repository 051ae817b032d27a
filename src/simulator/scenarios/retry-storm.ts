/** Clients repeat what they are unsure of: in the same request, at the same moment, and later. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const retryStorm: Scenario = {
  ...ordinary,
  name: 'retry-storm',
  summary: 'Clients repeat what they are unsure of: in the same request, at the same moment, and later.',
  days: 2,
  extras: {
    ...ordinary.extras,
    repeatSameBatch: 150,
    repeatInFlight: 150,
    repeatLater: 150,
    respelled: 100,
    conflict: 40,
  },
};
