/**
 * The services that simulated customers use: their units and rates, and how much one event may report. The first ten
 * repeat examples/services.json on purpose: a simulation must be computable without reading files.
 */
export interface ServiceKind {
  readonly id: string;
  /** As in examples/services.json. */
  readonly sampleId: string;
  readonly unit: string;
  /** Per unit, in the customer's currency. */
  readonly unitAmount: string;
  /** A level is measured again and again; a count is used up; money carries an amount and the quantity 1. */
  readonly reports: 'count' | 'level' | 'money';
  readonly takesCredits: boolean;
  /** Smallest and largest quantity of one event of a large customer, in hundredths. */
  readonly hundredthsMin: number;
  readonly hundredthsMax: number;
  /** Quantities are multiples of this many hundredths: 100 for what comes in whole numbers. */
  readonly hundredthsStep: number;
}

type Range = readonly [min: number, max: number, step: number];

function service(
  [id, sampleId]: readonly [string, string],
  [unit, unitAmount]: readonly [string, string],
  [hundredthsMin, hundredthsMax, hundredthsStep]: Range,
  more: Partial<Pick<ServiceKind, 'reports' | 'takesCredits'>> = {},
): ServiceKind {
  const size = { hundredthsMin, hundredthsMax, hundredthsStep };
  return { id, sampleId, unit, unitAmount, reports: 'count', takesCredits: false, ...size, ...more };
}

export const serviceKinds: readonly ServiceKind[] = [
  service(['video-streaming', 'VideoStreaming'], ['hour', '15'], [25, 400, 1]),
  service(['cloud-storage', 'CloudStorage'], ['GB-month', '0.1'], [100, 20_000, 1], { reports: 'level' }),
  service(['data-analytics', 'DataAnalytics'], ['report', '50'], [100, 300, 100]),
  service(['email-campaigns', 'EmailCampaigns'], ['email', '0.05'], [10_000, 500_000, 100]),
  service(['realtime-messaging', 'RealtimeMessaging'], ['message', '0.08'], [5_000, 200_000, 100]),
  service(['api-requests', 'APIRequests'], ['request', '0.02'], [10_000, 1_000_000, 100]),
  service(['file-sync', 'FileSync'], ['GB', '0.15'], [50, 5_000, 1]),
  service(['virtual-machine-hours', 'VirtualMachineHours'], ['hour', '0.5'], [50, 2_400, 25]),
  service(['user-authentication', 'UserAuthentication'], ['sign-in', '0.01'], [1_000, 50_000, 100]),
  service(['database-queries', 'DatabaseQueries'], ['query', '0.03'], [10_000, 300_000, 100]),
  service(['payments', 'Payments'], ['payment', '0.25'], [100, 100_000, 1], { reports: 'money' }),
  service(['credits', 'Credits'], ['credit', '1.005'], [100, 10_000, 1], { takesCredits: true }),
  // A price with many digits: a cost that is rounded too early differs soon.
  service(['tokens', 'Tokens'], ['token', '0.000002345678'], [100_000, 90_000_000, 1]),
];

export const sampleServices: readonly string[] = serviceKinds.slice(0, 10).map(({ id }) => id);
