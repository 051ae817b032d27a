// @ts-check
/**
 * The places between request and disk at which a server under test can die. A point is passed by the wrapped parts;
 * at the n-th passing the process kills itself with SIGKILL, so that nothing is finished, flushed or closed.
 */

const journalPoints = /** @type {const} */ ([
  'journal-before-write',
  'journal-half-written',
  'journal-after-write',
  'journal-after-sync',
  'segment-created',
  'segment-synced',
  'segment-before-removal',
  'segment-after-removal',
]);

const storePoints = /** @type {const} */ ([
  'store-before-append',
  'store-between-months',
  'store-between-halves',
  'store-after-append',
]);

/** Passed while events are reported. */
export const loadPoints = /** @type {const} */ ([...journalPoints, ...storePoints]);

export const replayPoints = /** @type {const} */ ([
  ...storePoints,
  'store-before-look-up',
  'journal-settled',
]);

export const fillPoints = /** @type {const} */ (['filter-before-hashes', 'filter-after-hashes']);

/**
 * @typedef {(typeof journalPoints)[number] | (typeof replayPoints)[number] | (typeof fillPoints)[number]} CrashPoint
 *
 * @typedef {object} Death
 * @property {CrashPoint} point
 * @property {number} passing
 * @property {boolean} [starting] passings count from the beginning, replay included; else from when it listens
 *
 * @typedef {object} Passage
 * @property {(point: CrashPoint) => void} pass dies where it is told to
 * @property {() => void} listening
 * @property {(point: CrashPoint) => boolean} isNext whether the next passing is the deadly one: some points do half of their work before
 */

/** @param {Death | undefined} death @returns {Passage} */
export function makePassage(death) {
  let left = death?.passing ?? Number.POSITIVE_INFINITY;
  let isArmed = death?.starting ?? false;
  return {
    pass(point) {
      if (!isArmed || point !== death?.point) return;
      left -= 1;
      if (left > 0) return;
      process.kill(process.pid, 'SIGKILL');
      // The signal ends every thread at once; until it does, not one line more may run.
      for (;;);
    },
    listening() {
      isArmed = true;
    },
    isNext: (point) => isArmed && point === death?.point && left <= 1,
  };
}

/** A load passes blocks and segments less often than writes. @param {CrashPoint} point */
export function passingMaxOf(point) {
  return point.startsWith('journal') ? 12 : 3;
}
