/** One customer sends many times what all others do together, in bursts. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const noisyNeighbour: Scenario = {
  ...ordinary,
  name: 'noisy-neighbour',
  summary: 'One customer sends many times what all others do together, in bursts.',
  days: 7,
  giantFactor: 40,
  bursts: [{ daysBeforeEnd: 3, hours: 6, factor: 20, oneIn: 25 }],
};
