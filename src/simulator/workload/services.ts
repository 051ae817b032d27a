/**
 * The ten services that simulated customers use, their prices, and how much one event of each may report.
 * The prices repeat examples/services.json on purpose: a plan must be computable without reading files.
 */
import type { PlannedService } from './plan.ts';

export interface SimulatedService extends PlannedService {
  /** Smallest and largest quantity of one event of a large customer, in hundredths. */
  readonly hundredthsMin: number;
  readonly hundredthsMax: number;
  /** Quantities are multiples of this many hundredths: 100 for what comes in whole numbers. */
  readonly hundredthsStep: number;
}

function service(id: string, unit: string, unitAmount: string, range: readonly [number, number, number]) {
  const [hundredthsMin, hundredthsMax, hundredthsStep] = range;
  return { id, unit, unitAmount, hundredthsMin, hundredthsMax, hundredthsStep };
}

export const simulatedServices: readonly SimulatedService[] = [
  service('VideoStreaming', 'hour', '15', [25, 400, 1]),
  service('CloudStorage', 'GB-month', '0.1', [100, 20_000, 1]),
  service('DataAnalytics', 'report', '50', [100, 300, 100]),
  service('EmailCampaigns', 'email', '0.05', [10_000, 500_000, 100]),
  service('RealtimeMessaging', 'message', '0.08', [5_000, 200_000, 100]),
  service('APIRequests', 'request', '0.02', [10_000, 1_000_000, 100]),
  service('FileSync', 'GB', '0.15', [50, 5_000, 1]),
  service('VirtualMachineHours', 'hour', '0.5', [50, 2_400, 25]),
  service('UserAuthentication', 'sign-in', '0.01', [1_000, 50_000, 100]),
  service('DatabaseQueries', 'query', '0.03', [10_000, 300_000, 100]),
];
