/**
 * What a scenario is: a small description of how usage goes over a span, as plain data. The files in
 * ../scenarios hold them; world.ts turns one into customers and services, from a seed.
 */

/** A time at which some customers use much more, or nothing reaches the server. Days count back from the end. */
interface Spell {
  readonly daysBeforeEnd: number;
  readonly hours: number;
}

export interface Burst extends Spell {
  readonly factor: number;
  /** Which of the customers: one in so many, from the largest on; 1 is everyone. */
  readonly oneIn: number;
}

/** How many sendings of a kind come on top of a thousand usage events. */
export interface Extras {
  /** The event again, right behind itself in the same request. */
  readonly repeatSameBatch: number;
  /** The event twice, in two requests at the same moment. */
  readonly repeatInFlight: number;
  /** The event again, when it has its answer. */
  readonly repeatLater: number;
  /** The same content written in another way. */
  readonly respelled: number;
  /** The same identity with other content. */
  readonly conflict: number;
  readonly unknownCustomer: number;
  readonly unknownService: number;
  /** Invalid events, each kind of mistake in turn. */
  readonly mistake: number;
}

/** How many of a thousand usage events are out of the ordinary. */
export interface Oddities {
  /** Sent in turn, with a time days before. */
  readonly late: number;
  /** On the last or first millisecond of a day or month of the customer. */
  readonly boundary: number;
  /** Of a size at either end of what a quantity may be. */
  readonly extreme: number;
  /** Reported by a clock that is wrong by minutes. */
  readonly skewed: number;
}

export interface Scenario {
  readonly name: string;
  /** One line for `countinghouse simulate --list`. */
  readonly summary: string;
  /** How long the simulated span is, unless told otherwise. */
  readonly days: number;
  readonly customers: number;
  readonly events: number;
  /** Ids of services.ts. */
  readonly services: readonly string[];
  /** Customers are spread over these in turn. */
  readonly zones: readonly string[];
  readonly currencies: readonly string[];
  /** How busy the quietest hour and the weekend are, in hundredths of the busiest hour of a working day. */
  readonly nightHundredths: number;
  readonly weekendHundredths: number;
  /** How much more is used at the end of the span than at its start, in hundredths. */
  readonly growthHundredths: number;
  /** How many of a hundred customers sign up, and leave, somewhere in the span. */
  readonly newcomersOfHundred: number;
  readonly leaversOfHundred: number;
  /** One customer has so many times the weight of the next one; 1 for the usual heavy tail. */
  readonly giantFactor: number;
  readonly bursts: readonly Burst[];
  readonly outages: readonly Spell[];
  /** How late a late event is at most. */
  readonly lateDaysMax: number;
  readonly skewMinutesMax: number;
  /** Of a hundred events of a service that takes credits. */
  readonly creditsOfHundred: number;
  /** At which of a hundred parts of the span each service gets a new price. */
  readonly priceChanges: readonly number[];
  /** One in so many customers has a price of its own; 0 for none. */
  readonly ownPriceOneIn: number;
  readonly oddities: Oddities;
  readonly extras: Extras;
}

/** What is ordinary; a scenario says what it does otherwise. */
export const ordinary: Omit<Scenario, 'name' | 'summary'> = {
  days: 30,
  customers: 25,
  events: 1_000,
  services: [
    'api-requests',
    'database-queries',
    'email-campaigns',
    'virtual-machine-hours',
    'cloud-storage',
    'file-sync',
    'user-authentication',
    'payments',
  ],
  zones: ['Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata', 'America/Los_Angeles', 'Asia/Tokyo'],
  currencies: ['USD', 'EUR', 'USD', 'JPY'],
  nightHundredths: 15,
  weekendHundredths: 45,
  growthHundredths: 10,
  newcomersOfHundred: 10,
  leaversOfHundred: 5,
  giantFactor: 1,
  bursts: [],
  outages: [],
  lateDaysMax: 2,
  skewMinutesMax: 3,
  creditsOfHundred: 0,
  priceChanges: [],
  ownPriceOneIn: 10,
  oddities: { late: 10, boundary: 5, extreme: 0, skewed: 10 },
  extras: {
    repeatSameBatch: 10,
    repeatInFlight: 10,
    repeatLater: 10,
    respelled: 10,
    conflict: 10,
    unknownCustomer: 10,
    unknownService: 5,
    mistake: 20,
  },
};
