/** Events on the first and the last millisecond of months and days, in zones far from UTC. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const monthEnd: Scenario = {
  ...ordinary,
  name: 'month-end',
  summary: 'Events on the first and the last millisecond of months and days, in zones far from UTC.',
  days: 70,
  zones: [
    'Pacific/Kiritimati',
    'Asia/Kathmandu',
    'Pacific/Marquesas',
    'UTC',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
  ],
  oddities: { ...ordinary.oddities, boundary: 300, extreme: 5 },
};
