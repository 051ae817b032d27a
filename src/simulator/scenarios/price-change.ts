/** Every price changes twice in the span, in the middle of days and of months. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const priceChange: Scenario = {
  ...ordinary,
  name: 'price-change',
  summary: 'Every price changes twice in the span, in the middle of days and of months.',
  days: 45,
  services: ['api-requests', 'tokens', 'cloud-storage', 'virtual-machine-hours', 'payments', 'credits'],
  creditsOfHundred: 10,
  priceChanges: [31, 67],
  ownPriceOneIn: 4,
};
