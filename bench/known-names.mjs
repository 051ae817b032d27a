// @ts-check
/** The customers and services that the load names; they are put on record before anything is measured. */

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

/**
 * @param {number} index from 0 to `customerCount` − 1
 */
export function customerId(index) {
  return customerIdPrefix + String(index).padStart(customerIdDigits, '0');
}
