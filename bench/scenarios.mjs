// @ts-check
/** What is measured. Names are what `--scenario` takes and what the JSON result is keyed by. */

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {number} eventsPerRequest 1: a lone event, not an array
 * @property {number} connections each has one request under way
 * @property {boolean} repeats every event was stored before: all are duplicates
 */

export const headlineName = 'batch-1000';
export const floorName = 'floor';
export const floorTitle = 'engine alone, blocks of 50,000';
export const growthFloorName = 'floor-13-months';
export const growthFloorTitle = 'engine alone, blocks of 50,000 over 13 months';

/** @type {readonly Scenario[]} */
export const scenarios = [
  {
    name: headlineName,
    title: 'batches of 1,000, 8 connections',
    eventsPerRequest: 1_000,
    connections: 8,
    repeats: false,
  },
  {
    name: 'batch-100',
    title: 'batches of 100, 8 connections',
    eventsPerRequest: 100,
    connections: 8,
    repeats: false,
  },
  {
    name: 'single-64',
    title: 'single events, 64 connections',
    eventsPerRequest: 1,
    connections: 64,
    repeats: false,
  },
  {
    name: 'single-1',
    title: 'single events, 1 connection',
    eventsPerRequest: 1,
    connections: 1,
    repeats: false,
  },
  {
    name: 'duplicates',
    title: 'all duplicates, batches of 1,000',
    eventsPerRequest: 1_000,
    connections: 8,
    repeats: true,
  },
];

/** Twice the measured time of the others. */
export const burst = {
  name: 'burst',
  title: 'burst: batches of 100, 8 connections',
  eventsPerRequest: 100,
  connections: 8,
};

export const heavyQueryName = 'heavy-query';
/** How the store is filled before something is measured on it. */
export const fillRequests = { eventsPerRequest: 1_000, connections: 8 };
/** Measured without and with the queries. */
export const heavyQueryLoads = [
  {
    name: `${heavyQueryName}-single`,
    title: 'on a filled store: single events, 8 connections',
    eventsPerRequest: 1,
    connections: 8,
  },
  {
    name: `${heavyQueryName}-batch`,
    title: 'on a filled store: batches of 100, 8 connections',
    eventsPerRequest: 100,
    connections: 8,
  },
];

export const growth = {
  name: 'growth',
  title: 'batches of 1,000, 8 connections',
  eventsPerRequest: 1_000,
  connections: 8,
};

const lastEvents = 1_000_000;
const sampleEvents = 200_000;

/**
 * @typedef {object} OldDuplicates sent after the growth run, over as many connections
 * @property {string} name
 * @property {string} title
 * @property {number} eventsPerRequest
 * @property {(events: number) => import('./load-generator.mjs').Choice} choose which of that many
 */

/** @type {readonly OldDuplicates[]} */
export const oldDuplicates = [
  {
    name: 'old-last',
    title: 'old duplicates: the last million, batches of 1,000',
    eventsPerRequest: 1_000,
    choose: (events) => ({
      kind: 'again',
      first: Math.max(0, events - lastEvents),
      count: Math.min(events, lastEvents),
    }),
  },
  {
    name: 'old-anywhere-1000',
    title: 'old duplicates: from anywhere, batches of 1,000',
    eventsPerRequest: 1_000,
    choose: (events) => ({ kind: 'anywhere', among: events, first: 0, count: sampleEvents }),
  },
  {
    name: 'old-anywhere-10000',
    title: 'old duplicates: from anywhere, batches of 10,000',
    eventsPerRequest: 10_000,
    choose: (events) => ({ kind: 'anywhere', among: events, first: sampleEvents, count: sampleEvents }),
  },
];

/** Without the growth run, which needs to be told how many events. */
export const scenarioNames = [floorName, ...scenarios.map(({ name }) => name), burst.name, heavyQueryName];
