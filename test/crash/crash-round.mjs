// @ts-check
/**
 * One data folder that goes through crash after crash: a faulty server is loaded until it dies at its point, the
 * executable is started on what is left, and the client's ledger is compared with what it answers.
 */
import { audit } from './audit.mjs';
import { makeChance } from './chance.mjs';
import { Ledger } from './ledger.mjs';
import { load } from './load.mjs';
import { startChild } from './server-child.mjs';

/**
 * @typedef {import('./faulty-server.mjs').Faults} Faults
 * @typedef {import('./crash-points.mjs').CrashPoint} CrashPoint
 * @typedef {import('./crash-points.mjs').Death} Death
 * @typedef {import('./audit.mjs').Findings} Findings
 */

/** So small that a second of load fills segments and blocks. */
export const smallLimits = {
  journalSegmentBytesMax: 20_000,
  blockAgeTargetMs: 60,
  blockAgeMaxMs: 60,
  blockRowsTarget: 300,
  blockRowsMax: 300,
  storeRetryMs: 20,
  storeRetryMaxMs: 100,
};

export class CrashingFolder {
  /** One a round, in their order. @type {Ledger[]} */
  ledgers = [];
  #data;
  #chance;

  /** @param {string} data @param {number} seed */
  constructor(data, seed) {
    this.#data = data;
    this.#chance = makeChance(seed);
  }

  /** Loads a faulty server until it dies; throws when it does not. @param {Faults & { death: Death }} faults */
  async crash(faults) {
    const ledger = this.nextLedger(faults.death.point);
    const server = await startChild(this.#data, { limits: smallLimits, ...faults });
    if (server.url !== null) await load(server.url, ledger);
    await expectDeath(server, faults.death);
  }

  /** Leaves everything in the journal: nothing of it reaches the store before the kill. @param {Faults} [faults] */
  async fillJournal(faults) {
    const ledger = this.nextLedger('fill');
    const server = await this.start({ limits: smallLimits, phases: [{ appendFails: 'before' }], ...faults });
    await load(server.url, ledger, { batches: 40 });
    await server.end();
  }

  /** Without faults: the executable. @param {Faults} [faults] */
  async start(faults) {
    const server = await startChild(this.#data, faults);
    if (server.url === null) throw new Error(`it did not start: ${server.errors()}`);
    return { ...server, url: server.url };
  }

  /** Dies while it replays what the journal holds. @param {CrashPoint} point @param {number} passing */
  async crashReplaying(point, passing) {
    const death = { point, passing, starting: true };
    await expectDeath(await startChild(this.#data, { death, limits: smallLimits }), death);
  }

  /** Of all rounds so far, on the executable as users run it, or a faulty one. @param {Faults} [faults] */
  async audit(faults) {
    const server = await this.start(faults);
    try {
      return await audit(server.url, this.ledgers);
    } finally {
      await server.end();
    }
  }

  /** @param {string} name */
  nextLedger(name) {
    const ledger = new Ledger(`${this.ledgers.length}-${name}`, this.#chance);
    this.ledgers.push(ledger);
    return ledger;
  }
}

/** @param {import('./server-child.mjs').ServerChild} server @param {Death} death */
async function expectDeath(server, death) {
  const running = new Promise((resolve) => setTimeout(resolve, 20_000, 'running').unref());
  const exit = await Promise.race([server.exited, running]);
  if (exit?.signal === 'SIGKILL') return;
  await server.end();
  throw new Error(`it did not die at ${JSON.stringify(death)}: ${JSON.stringify(exit)} ${server.errors()}`);
}
