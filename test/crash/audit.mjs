// @ts-check
/**
 * Compares what a running server has with what a client was told: nothing acknowledged is missing, nothing is there or
 * counted twice, a retry of the rest makes everything complete, and no sequence comes again. It reports; whether that
 * is right is for the caller: a negative control wants to see it find something.
 */
import { post } from './load.mjs';

/**
 * @typedef {import('./ledger.mjs').Ledger} Ledger
 * @typedef {{ id: string, customer_id: string, service: string, time: string, quantity: string, sequence: string }} Listed
 *
 * @typedef {object} Findings
 * @property {string[]} lost acknowledged, and not there
 * @property {string[]} double there or counted more than once
 * @property {string[]} wrong whatever else is not as it must be
 */

/**
 * Ledgers in the order of their rounds: each round's sequences are above those of the rounds before it. Those audited
 * before have had a retry since, which came after rounds that are behind them: they only say what was given already.
 * @param {string} url
 * @param {readonly Ledger[]} ledgers
 * @returns {Promise<Findings>}
 */
export async function audit(url, ledgers) {
  /** @type {Findings} */
  const findings = { lost: [], double: [], wrong: ledgers.flatMap(({ breaches }) => breaches) };
  let highest = 0n;
  /** @type {Map<Ledger, Map<string, Listed>>} */
  const before = new Map();
  for (const ledger of ledgers) {
    const stored = await compare(url, ledger, findings);
    before.set(ledger, stored);
    for (const id of ledger.acknowledged) if (!stored.has(id)) findings.lost.push(nameOf(ledger, id));
    highest = checkSequences([...stored.values()], ledger.isAudited ? null : highest, highest, findings);
  }
  for (const [ledger, stored] of before) {
    await retry(url, ledger, stored, findings);
    const after = await compare(url, ledger, findings);
    for (const id of ledger.sent.keys()) {
      if (!after.has(id)) findings.wrong.push(`${nameOf(ledger, id)} is missing after a retry`);
    }
    for (const [id, { sequence }] of stored) {
      if (after.get(id)?.sequence !== sequence) findings.wrong.push(`${id} changed its sequence`);
    }
    const fresh = [...after.values()].filter(({ id }) => !stored.has(id));
    highest = checkSequences(fresh, highest, highest, findings);
    ledger.isAudited = true;
  }
  return findings;
}

/** @param {Ledger} ledger @param {string} id */
const nameOf = ({ source }, id) => `${source} ${id}`;

/**
 * @param {readonly Listed[]} items
 * @param {bigint | null} above all must be above it; null: no matter
 * @param {bigint} highest
 * @param {Findings} findings
 * @returns {bigint} the highest there is now
 */
function checkSequences(items, above, highest, findings) {
  const sequences = items.map(({ sequence }) => BigInt(sequence));
  if (new Set(sequences).size !== sequences.length) findings.wrong.push('a sequence was given twice');
  if (above !== null && sequences.some((one) => one <= above))
    findings.wrong.push(`a sequence went back behind ${above}`);
  return [highest, ...sequences].sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? highest;
}

/** What is there, by id. @param {string} url @param {Ledger} ledger @param {Findings} findings */
async function compare(url, ledger, findings) {
  /** @type {Map<string, Listed>} */
  const stored = new Map();
  for (const item of await listAll(url, ledger.source)) {
    if (stored.has(item.id)) findings.double.push(nameOf(ledger, item.id));
    stored.set(item.id, item);
    const sent = ledger.sent.get(item.id);
    for (const field of /** @type {const} */ (['customer_id', 'service', 'time', 'quantity'])) {
      if (item[field] !== sent?.[field]) findings.wrong.push(`${item.id} has ${field} ${item[field]}`);
    }
  }
  const hundredths = [...stored.values()].reduce((sum, { quantity }) => sum + hundredthsOf(quantity), 0n);
  const total = await totalOf(url, ledger.source);
  if (total.events > stored.size) findings.double.push(`${total.events - stored.size} in the total`);
  if (total.events !== stored.size || total.hundredths !== hundredths)
    findings.wrong.push(
      `the total is ${total.hundredths} of ${total.events}, not ${hundredths} of ${stored.size}`,
    );
  return stored;
}

/** @param {string} url @param {Ledger} ledger @param {ReadonlyMap<string, Listed>} before @param {Findings} findings */
async function retry(url, ledger, before, findings) {
  const open = ledger.unacknowledged();
  const { status, body } = await post(url, open);
  const missing = open.filter(({ id }) => !before.has(id)).length;
  if (status !== 200 || body.accepted !== missing || body.duplicates !== open.length - missing)
    findings.wrong.push(
      `a retry of ${open.length}, ${missing} of them missing, was answered ${JSON.stringify(body)}`,
    );
}

/** @param {string} url @param {string} source @returns {Promise<Listed[]>} */
async function listAll(url, source) {
  /** @type {Listed[]} */
  const items = [];
  for (let cursor = ''; ; ) {
    const page = await get(url, '/v1/events', { source, limit: '1000', ...(cursor && { cursor }) });
    items.push(...page.items);
    if (page.next_cursor === null) return items;
    cursor = page.next_cursor;
  }
}

/** @param {string} url @param {string} source */
async function totalOf(url, source) {
  const span = { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
  const { rows } = await get(url, '/v1/usage', { source, ...span });
  const [row = { events: 0, quantity: '0' }] = rows;
  return { events: row.events, hundredths: hundredthsOf(row.quantity) };
}

/** @param {string} url @param {string} path @param {Record<string, string>} query @returns {Promise<any>} */
async function get(url, path, query) {
  const response = await fetch(`${url}${path}?${new URLSearchParams(query)}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** @param {string} quantity with at most two digits behind the point */
function hundredthsOf(quantity) {
  const [whole = '', fraction = ''] = quantity.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
}
