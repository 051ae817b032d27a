/** A shop's peak: for two days everyone uses eight times as much, then it ebbs away. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const blackFriday: Scenario = {
  ...ordinary,
  name: 'black-friday',
  summary: "A shop's peak: for two days everyone uses eight times as much, then it ebbs away.",
  days: 14,
  growthHundredths: 40,
  bursts: [
    { daysBeforeEnd: 5, hours: 48, factor: 8, oneIn: 1 },
    { daysBeforeEnd: 3, hours: 24, factor: 3, oneIn: 2 },
  ],
  extras: { ...ordinary.extras, repeatSameBatch: 30, repeatInFlight: 30 },
};
