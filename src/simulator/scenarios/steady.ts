/** Ordinary usage: many small customers, few large ones, the rhythm of days and weeks. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const steady: Scenario = {
  ...ordinary,
  name: 'steady',
  summary: 'Ordinary usage: many small customers, few large ones, the rhythm of days and weeks.',
};
