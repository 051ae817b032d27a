/** Half a year over both changes of the clocks, in zones that change them differently. */
import { ordinary, type Scenario } from '../workload/scenario.ts';

export const daylightSaving: Scenario = {
  ...ordinary,
  name: 'daylight-saving',
  summary: 'Half a year over both changes of the clocks, in zones that change them differently.',
  days: 240,
  zones: [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Sydney',
    'Australia/Lord_Howe',
    'America/Havana',
    'Africa/Casablanca',
    'Pacific/Chatham',
  ],
  oddities: { ...ordinary.oddities, boundary: 150 },
};
