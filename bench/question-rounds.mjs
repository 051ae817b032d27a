// @ts-check
/** Asks each question of both sides in turn, so that whatever else the machine does meets both, and compares the answers. */
import { performance } from 'node:perf_hooks';

/** @typedef {import('./question-shape.mjs').Question} Question */
/** @typedef {import('./question-shape.mjs').Answer} Answer */
/** @typedef {{ title: string, rows: number, ours: Cost[], theirs: Cost[] }} QuestionResult rounds in their order */
/** @typedef {{ ms: number, cpuMs: number }} Cost of one answer; CPU time of all threads, which says more on a busy machine */

/** What a double may lose over the sums of a month. */
const relativeErrorMax = 1e-9;

/**
 * @param {readonly Question[]} questions
 * @param {{ rounds: number, tell: (line: string) => void }} options
 * @returns {Promise<QuestionResult[]>}
 */
export async function askInRounds(questions, { rounds, tell }) {
  const results = [];
  for (const question of questions) {
    const result = await askOne(question, rounds);
    const said = [result.ours, result.theirs].map((costs) => median(costs.map(({ ms }) => ms)).toFixed(1));
    tell(`${question.title}: ${said.join(' ms, ')} ms`);
    results.push(result);
  }
  return results;
}

/**
 * @param {Question} question
 * @param {number} rounds
 */
async function askOne({ title, ours, theirs }, rounds) {
  /** @type {QuestionResult} */
  const result = { title, rows: 0, ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round += 1) {
    // Who is asked first finds colder caches.
    const first = round % 2 === 0 ? await timed(() => ours(round)) : null;
    const second = await timed(() => theirs(round));
    const mine = first ?? (await timed(() => ours(round)));
    assertSame(title, mine.answer, second.answer);
    // The first round warms both.
    if (round === 0) continue;
    result.rows = Math.max(result.rows, mine.answer.length);
    result.ours.push(mine.cost);
    result.theirs.push(second.cost);
  }
  // Then both agree on nothing at all.
  if (result.rows === 0) throw new Error(`${title}: no answer has a row`);
  return result;
}

/** @param {() => Promise<Answer>} ask */
async function timed(ask) {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const answer = await ask();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return { answer, cost: { ms, cpuMs: (user + system) / 1000 } };
}

/**
 * @param {string} title
 * @param {Answer} ours
 * @param {Answer} theirs
 */
function assertSame(title, ours, theirs) {
  const [mine, other] = [sorted(ours), sorted(theirs)];
  const at = mine.findIndex((row, index) => !isSameRow(row, other[index]));
  if (at < 0 && mine.length === other.length) return;
  const said = JSON.stringify([mine[Math.max(at, 0)], other[Math.max(at, 0)]]);
  throw new Error(
    `${title}: ${mine.length} rows here, ${other.length} there, the first that differ: ${said}`,
  );
}

/** The number comes last; before it come the keys, which no two rows share. @param {Answer} answer */
function sorted(answer) {
  return answer
    .map((row) => ({ row, name: JSON.stringify(row.length === 1 ? row : row.slice(0, -1)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ row }) => row);
}

/**
 * @param {Answer[number]} mine
 * @param {Answer[number] | undefined} other
 */
function isSameRow(mine, other) {
  return (
    other !== undefined && mine.length === other.length && mine.every((cell, at) => isSame(cell, other[at]))
  );
}

/**
 * @param {string | number | null} mine
 * @param {string | number | null | undefined} other
 */
function isSame(mine, other) {
  if (mine === other) return true;
  if (mine === null || other === null || other === undefined) return false;
  const [a, b] = [Number(mine), Number(other)];
  return Math.abs(a - b) <= relativeErrorMax * Math.max(Math.abs(a), Math.abs(b));
}

/** @param {readonly number[]} values */
export function median(values) {
  const sortedValues = Float64Array.from(values).sort();
  const middle = Math.floor(sortedValues.length / 2);
  const upper = sortedValues[middle] ?? Number.NaN;
  return sortedValues.length % 2 === 1 ? upper : ((sortedValues[middle - 1] ?? Number.NaN) + upper) / 2;
}
