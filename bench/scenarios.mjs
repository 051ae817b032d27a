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

export const scenarioNames = [floorName, ...scenarios.map(({ name }) => name)];
