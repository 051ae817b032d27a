/**
 * What corrections make of an event, kind by kind: what is sent of it, and what counts then. It sends nothing, and says
 * nothing of statements: see check-corrections.ts.
 */
import { writeQuantity } from '../oracle/costs.ts';
import type { CountedEvent } from '../oracle/judge.ts';
import type { World } from '../workload/world.ts';

/** `twice` is an amend of the quantity, then one of the properties: the quantity is as first accepted again. */
export const correctionKinds = [
  'void',
  'quantity',
  'customer',
  'time',
  'properties',
  'service',
  'twice',
] as const;
export type CorrectionKind = (typeof correctionKinds)[number];

/** `event` is sent; null: a void. */
export interface CorrectionStep {
  readonly event: Readonly<Record<string, unknown>> | null;
  readonly after: CountedEvent | null;
}

export interface CorrectionPlace {
  readonly world: World;
  /** Another moment, in another month where there is one. */
  readonly otherMs: (timeMs: number) => number;
  readonly heirId: string;
}

export function correctionSteps(
  kind: CorrectionKind,
  event: CountedEvent,
  { world, otherMs, heirId }: CorrectionPlace,
): CorrectionStep[] {
  if (kind === 'void') return [{ event: null, after: null }];
  if (kind === 'quantity') return [withQuantity(event)];
  if (kind === 'twice') return [withQuantity(event), withRegion(event, 'us-west-2')];
  if (kind === 'properties') return [withRegion(event, event.quantity % 2n === 0n ? 'sa-east-1' : null)];
  if (kind === 'customer') {
    return [{ event: { customer_id: heirId }, after: { ...event, customerId: heirId } }];
  }
  if (kind === 'time') {
    const timeMs = otherMs(event.timeMs);
    return [{ event: { time: new Date(timeMs).toISOString() }, after: { ...event, timeMs } }];
  }
  const service = otherService(world, event);
  return service === null ? [withQuantity(event)] : [{ event: { service }, after: { ...event, service } }];
}

function withQuantity(event: CountedEvent): CorrectionStep {
  const quantity = another(event.quantity);
  return { event: { quantity: writeQuantity(quantity) }, after: { ...event, quantity } };
}

/** Properties are replaced as a whole: the plan is gone, and without a region all are. */
function withRegion(event: CountedEvent, region: string | null): CorrectionStep {
  return {
    event: { properties: region === null ? {} : { region } },
    after: { ...event, properties: region === null ? '' : `region=${JSON.stringify(region)}` },
  };
}

/** Three units less of much, three more of little: the greatest quantity has no room for more. */
function another(quantity: bigint): bigint {
  const three = 3n * 10n ** 12n;
  return quantity > three ? quantity - three : quantity + three;
}

/** The next one that takes the quantity; null where none does. */
function otherService({ services }: World, { service, quantity }: CountedEvent): string | null {
  const own = services.findIndex(({ name }) => name === service);
  const others = [...services.slice(own + 1), ...services.slice(0, own)];
  return others.find(({ takesCredits }) => takesCredits || quantity >= 0n)?.name ?? null;
}
