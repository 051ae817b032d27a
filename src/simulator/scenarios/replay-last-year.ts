/** A year of history at full speed: growth, sign-ups and departures, a few outages. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const replayLastYear: Scenario = {
  ...ordinary,
  name: 'replay-last-year',
  summary: 'A year of history at full speed: growth, sign-ups and departures, a few outages.',
  days: 365,
  customers: 60,
  events: 5_000,
  growthHundredths: 300,
  newcomersOfHundred: 40,
  leaversOfHundred: 15,
  outages: [
    { daysBeforeEnd: 200, hours: 9 },
    { daysBeforeEnd: 77, hours: 3 },
  ],
  bursts: [{ daysBeforeEnd: 120, hours: 72, factor: 3, oneIn: 3 }],
  priceChanges: [50],
};
