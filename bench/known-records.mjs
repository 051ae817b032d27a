// @ts-check
/**
 * A data folder with the customers, services and prices on record, made once and copied for every measurement: without them
 * each event would be answered with a warning, which is another path and another answer.
 */
import { cp, mkdir } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { customerCount, customerId, serviceIds } from './known-names.mjs';
import { startServer } from './server-process.mjs';

const writers = 32;
/** The usage store is left out: it is empty, and every server makes its own. */
const recordFiles = ['countinghouse.json', 'records.db'];

/**
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @param {string} directory
 */
export async function makeKnownRecords(children, directory) {
  const server = await startServer(children, directory);
  const agent = new Agent({ keepAlive: true, maxSockets: writers });
  const paths = [
    ...serviceIds.map((id) => `/v1/services/${id}`),
    ...Array.from({ length: customerCount }, (_, index) => `/v1/customers/${customerId(index)}`),
  ];
  const remaining = paths.values();
  const write = async () => {
    for (const path of remaining) await sendRecord(server, agent, 'PUT', path, { name: nameIn(path) });
  };
  await Promise.all(Array.from({ length: writers }, write));
  for (const service of serviceIds) {
    const price = { service, currency: 'USD', model: 'per_unit', unit_amount: '0.0012' };
    await sendRecord(server, agent, 'POST', '/v1/prices', price);
  }
  agent.destroy();
  await server.stop();
}

/**
 * @param {string} from made by `makeKnownRecords`
 * @param {string} to
 */
export async function copyKnownRecords(from, to) {
  await mkdir(to, { mode: 0o700 });
  for (const name of recordFiles) await cp(join(from, name), join(to, name));
}

/** @param {string} path */
function nameIn(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * @param {import('./server-process.mjs').ServerProcess} server
 * @param {Agent} agent
 * @param {'PUT' | 'POST'} method
 * @param {string} path
 * @param {object} record
 * @returns {Promise<void>}
 */
function sendRecord({ url, token }, agent, method, path, record) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(url + path, { method, agent, headers }, (response) => {
      response.resume().on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 201) resolve();
        else reject(new Error(`${method} ${path} answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(record));
  });
}
