// @ts-check
/** What events of the load name: customers and services, which are put on record before anything is measured, and the rest. */

export const customerCount = 10_000;
export const customerIdPrefix = 'cust_';
/** Every id has the same length, so that it can be overwritten in place. */
export const customerIdDigits = 5;

/** @type {readonly [string, ...string[]]} */
export const serviceIds = [
  'APIRequests',
  'Compute',
  'Emails',
  'Geocoding',
  'Images',
  'Messages',
  'Search',
  'Storage',
  'Transcoding',
  'Embeddings',
];

/** @type {readonly [string, ...string[]]} */
export const sources = ['api-gateway', 'edge', 'jobs', 'media', 'worker'];
/** @type {readonly [string, ...string[]]} */
export const regions = ['ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'];
/** @type {readonly [number, ...number[]]} */
export const statuses = [200, 201, 204, 404, 429];

/**
 * @param {number} index from 0 to `customerCount` − 1
 */
export function customerId(index) {
  return customerIdPrefix + String(index).padStart(customerIdDigits, '0');
}
