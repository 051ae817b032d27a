/** A scenario of which everything is drawn from the seed: for what nobody thought of. Small by its numbers, wild by its rates. */
import { randomFrom } from '../workload/random.ts';
import { ordinary, type Scenario } from '../workload/scenario.ts';
import { serviceKinds } from '../workload/services.ts';

const zones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Asia/Tokyo', 'Asia/Kolkata'],
  ...['Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Marquesas', 'Australia/Lord_Howe', 'America/Havana'],
  ...['Africa/Casablanca', 'Pacific/Chatham', 'America/Sao_Paulo', 'Europe/London', 'Asia/Beirut'],
];
const currencies = ['USD', 'EUR', 'JPY', 'KWD', 'GBP'];

export function randomScenario(seed: number): Scenario {
  const random = randomFrom(seed, 'scenario');
  const some = <T>(items: readonly T[]): T[] => {
    const chosen = items.filter(() => random.below(3) === 0);
    return chosen.length > 0 ? chosen : [random.pick(items)];
  };
  const rate = (most: number) => (random.below(3) === 0 ? 0 : random.below(most));
  const days = 1 + random.below(random.below(4) === 0 ? 400 : 70);
  const spell = () => ({ daysBeforeEnd: random.below(days), hours: 1 + random.below(48) });
  const list = <T>(make: () => T): T[] => Array.from({ length: random.below(3) }, make);
  return {
    ...ordinary,
    name: 'random',
    summary: 'Everything is drawn from the seed: zones, services, prices, rhythm, faults.',
    days,
    customers: 1 + random.below(40),
    zones: some(zones),
    currencies: some(currencies),
    services: some(serviceKinds.map(({ id }) => id)),
    nightHundredths: random.below(101),
    weekendHundredths: random.below(151),
    growthHundredths: random.below(300),
    newcomersOfHundred: random.below(50),
    leaversOfHundred: random.below(40),
    giantFactor: 1 + random.below(50),
    bursts: list(() => ({ ...spell(), factor: 1 + random.below(20), oneIn: 1 + random.below(5) })),
    outages: list(spell),
    lateDaysMax: 1 + random.below(days),
    skewMinutesMax: random.below(600),
    creditsOfHundred: random.below(60),
    priceChanges: list(() => 1 + random.below(98)).sort((one, other) => one - other),
    ownPriceOneIn: random.below(6),
    oddities: { late: rate(300), boundary: rate(300), extreme: rate(50), skewed: rate(150) },
    extras: {
      ...{
        repeatSameBatch: rate(100),
        repeatInFlight: rate(100),
        repeatLater: rate(100),
        respelled: rate(100),
      },
      ...{ conflict: rate(60), unknownCustomer: rate(40), unknownService: rate(30), mistake: rate(200) },
    },
  };
}
