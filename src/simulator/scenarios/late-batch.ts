/** A third of the usage arrives up to forty days late, over the turn of a month. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const lateBatch: Scenario = {
  ...ordinary,
  name: 'late-batch',
  summary: 'A third of the usage arrives up to forty days late, over the turn of a month.',
  days: 62,
  lateDaysMax: 40,
  oddities: { ...ordinary.oddities, late: 330, boundary: 10 },
};
