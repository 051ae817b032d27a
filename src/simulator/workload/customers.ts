/**
 * Simulated customers: made-up records, and the size of each, which decides how much and what it uses.
 * It makes no events.
 */
import type { PlannedCustomer } from './plan.ts';
import { randomFrom } from './random.ts';
import { type SimulatedService, simulatedServices } from './services.ts';

export interface Profile {
  readonly customer: PlannedCustomer;
  readonly plan: 'enterprise' | 'team' | 'starter' | 'dormant';
  /** Share of the events, against the other customers' weights. */
  readonly weight: number;
  /** A large customer's quantities are divided by this. */
  readonly divisor: number;
  readonly services: readonly SimulatedService[];
}

/** Ids carry the seed, so that simulations with different seeds never add to each other's totals. */
export function makeCustomers(seed: number, count: number): PlannedCustomer[] {
  const digits = Math.max(2, `${count}`.length);
  return Array.from({ length: count }, (_, position) => {
    const number = `${position + 1}`.padStart(digits, '0');
    return {
      id: `simulator-${seed}-customer-${number}`,
      name: `Simulated customer ${number} of seed ${seed}`,
    };
  });
}

function sizeOf(position: number, count: number): Omit<Profile, 'customer' | 'services'> {
  // One customer without any usage shows the category "no"; a handful of customers has none to spare.
  if (count >= 10 && position === count - 1) return { plan: 'dormant', weight: 0, divisor: 1 };
  if (position % 5 === 0) return { plan: 'enterprise', weight: 40, divisor: 1 };
  if (position % 5 < 3) return { plan: 'team', weight: 6, divisor: 40 };
  return { plan: 'starter', weight: 1, divisor: 800 };
}

const servicesUsed = { enterprise: 10, team: 5, starter: 3, dormant: 0 };

export function makeProfiles(seed: number, customers: readonly PlannedCustomer[]): Profile[] {
  return customers.map((customer, position) => {
    const size = sizeOf(position, customers.length);
    const random = randomFrom(seed, `profile ${position}`);
    const left = [...simulatedServices];
    const services: SimulatedService[] = [];
    while (services.length < servicesUsed[size.plan]) {
      services.push(...left.splice(random.below(left.length), 1));
    }
    return { customer, ...size, services };
  });
}

/** Each profile as often as its weight says. */
export function makeWheel(profiles: readonly Profile[]): Profile[] {
  return profiles.flatMap((profile) => new Array<Profile>(profile.weight).fill(profile));
}
