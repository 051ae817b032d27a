/** Every named scenario, in the order in which they are shown, and the sample one of the demo. */
import { ordinary, type Scenario } from '../workload/scenario.ts';
import { sampleServices } from '../workload/services.ts';
import { blackFriday } from './black-friday.ts';
import { clockSkew } from './clock-skew.ts';
import { creditHeavy } from './credit-heavy.ts';
import { daylightSaving } from './daylight-saving.ts';
import { lateBatch } from './late-batch.ts';
import { misbehavingClient } from './misbehaving-client.ts';
import { monthEnd } from './month-end.ts';
import { noisyNeighbour } from './noisy-neighbour.ts';
import { priceChange } from './price-change.ts';
import { randomScenario } from './random-scenario.ts';
import { replayLastYear } from './replay-last-year.ts';
import { retryStorm } from './retry-storm.ts';
import { steady } from './steady.ts';

export const scenarios: readonly Scenario[] = [
  steady,
  blackFriday,
  noisyNeighbour,
  lateBatch,
  retryStorm,
  clockSkew,
  monthEnd,
  daylightSaving,
  priceChange,
  creditHeavy,
  misbehavingClient,
  replayLastYear,
];

/** A day of the sample customers and services, with everything that can go wrong in it: see src/cli/demo.ts. */
export const sampleDay: Scenario = {
  ...ordinary,
  name: 'demo',
  summary: 'a day of the sample customers',
  days: 1,
  services: sampleServices,
  ownPriceOneIn: 0,
  newcomersOfHundred: 0,
  leaversOfHundred: 0,
};

/** A scenario by its name; `random` is another one with each seed. */
export function findScenario(name: string, seed = 0): Scenario | undefined {
  if (name === 'random') return randomScenario(seed);
  return scenarios.find((scenario) => scenario.name === name);
}
