/** Half of the devices have clocks that are minutes off; some report the far future. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const clockSkew: Scenario = {
  ...ordinary,
  name: 'clock-skew',
  summary: 'Half of the devices have clocks that are minutes off; some report the far future.',
  days: 3,
  skewMinutesMax: 240,
  oddities: { ...ordinary.oddities, skewed: 500, boundary: 40 },
  extras: { ...ordinary.extras, mistake: 60 },
};
