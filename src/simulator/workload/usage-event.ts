/** One simulated, valid usage event. It depends only on the seed, its label, the customers and the day. */

import type { Profile } from './customers.ts';
import { eventId } from './event-id.ts';
import { type Random, randomFrom } from './random.ts';
import type { SimulatedService } from './services.ts';

export const dayMs = 24 * 60 * 60_000;

export interface SimulatedEvent {
  readonly source: string;
  readonly id: string;
  readonly customer_id: string;
  readonly service: string;
  readonly time: string;
  readonly quantity: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly seed: number;
  readonly source: string;
  /** The end of the simulated day. */
  readonly anchorMs: number;
  /** Each customer as often as its weight, so that one draw picks by weight. */
  readonly wheel: readonly Profile[];
}

const regions = ['eu-west-1', 'eu-north-1', 'us-east-1', 'us-west-2', 'ap-south-1'];

/** Hundredths as a decimal in its shortest form: 1250 is "12.5". */
function writeHundredths(hundredths: number): string {
  const whole = Math.floor(hundredths / 100);
  const rest = `${hundredths % 100}`.padStart(2, '0').replace(/0+$/, '');
  return rest === '' ? `${whole}` : `${whole}.${rest}`;
}

/** Small quantities are more frequent than large ones, as in life: the limit is itself drawn at random. */
function drawQuantity(service: SimulatedService, divisor: number, random: Random): string {
  const scaled = (hundredths: number) => Math.floor(hundredths / divisor / service.hundredthsStep);
  const stepsMin = Math.max(1, scaled(service.hundredthsMin));
  const stepsMax = Math.max(stepsMin, scaled(service.hundredthsMax));
  const steps = stepsMin + random.below(1 + random.below(1 + stepsMax - stepsMin));
  return writeHundredths(steps * service.hundredthsStep);
}

export function makeUsageEvent(scene: Scene, label: string): SimulatedEvent {
  const random = randomFrom(scene.seed, label);
  const profile = random.pick(scene.wheel);
  const service = random.pick(profile.services);
  return {
    source: scene.source,
    id: eventId(scene.anchorMs, label),
    customer_id: profile.customer.id,
    service: service.id,
    time: new Date(scene.anchorMs - random.below(dayMs)).toISOString(),
    quantity: drawQuantity(service, profile.divisor, random),
    properties: { region: random.pick(regions), plan: profile.plan },
  };
}
