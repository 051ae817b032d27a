// @ts-check
/** Sends one body to `POST /v1/events` over a kept connection and reads the whole answer. It judges nothing but the status. */
import { request } from 'node:http';

/**
 * @typedef {object} Target
 * @property {string} url the server's, without a path
 * @property {string} token
 * @property {import('node:http').Agent} agent
 */
/** @typedef {{ accepted: number, duplicates: number, conflicts: number, rejected: number }} EventCounts */

/**
 * @param {Target} target
 * @param {Buffer} body
 * @returns {Promise<EventCounts>} Rejects when the answer is not a 200.
 */
export function postEvents({ url, token, agent }, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const sent = request(`${url}/v1/events`, { method: 'POST', agent, headers }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`POST /v1/events answered ${response.statusCode}: ${text.slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
