/** Credits as negative quantities: many sums are small, some are below zero. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const creditHeavy: Scenario = {
  ...ordinary,
  name: 'credit-heavy',
  summary: 'Credits as negative quantities: many sums are small, some are below zero.',
  services: ['credits', 'api-requests', 'payments'],
  creditsOfHundred: 48,
  oddities: { ...ordinary.oddities, late: 40 },
};
