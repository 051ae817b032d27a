// @ts-check
/**
 * The endless series of events that all load is taken from: event i follows from the seed and i alone, so that any of
 * them can be sent again without remembering it. Writing one costs the generator a fraction of a microsecond instead
 * of the several that building JSON would: on a small machine that would be taken from the server.
 */
import { daysOf } from './event-span.mjs';
import { idBlank, makeEventTemplate, templateEvents } from './event-template.mjs';
import { customerCount, customerIdDigits } from './known-names.mjs';
import { mixed } from './random.mjs';

/** @typedef {ReturnType<typeof makeEventSeries>} EventSeries */

/** No event is longer than this, its comma included. */
export const eventBytesMax = 256;

/** @param {{ seed: number, span: import('./event-span.mjs').Span }} what */
export function makeEventSeries({ seed, span }) {
  const template = makeEventTemplate(seed);
  const days = daysOf(span);
  const { bytes, starts, quantitySums } = template;
  const start = (/** @type {number} */ slot) => starts[slot] ?? 0;

  /**
   * @param {Buffer} target
   * @param {number} at where event `index` begins in it
   * @param {number} index
   */
  const finish = (target, at, index) => {
    const slot = index % templateEvents;
    let word = mixed(index ^ seed);
    word = writeId(target, at + (template.idPlaces[slot] ?? 0), word);
    writeDigits(target, at + (template.customerPlaces[slot] ?? 0), customerOf(word), customerIdDigits);
    const day = mixed(word + 1);
    const time = at + (template.timePlaces[slot] ?? 0);
    days[day % days.length]?.copy(target, time);
    writeTimeOfDay(target, time, mixed(day + 1) % 86_400_000);
  };

  return {
    /**
     * Writes events `first` to `first + count - 1`, each with a comma behind it.
     * @param {Buffer} target
     * @param {number} at
     * @param {number} first
     * @param {number} count at most `templateEvents`
     * @returns {number} where it ends
     */
    writeRange(target, at, first, count) {
      const slot = first % templateEvents;
      const shift = at - start(slot);
      bytes.copy(target, at, start(slot), start(slot + count));
      for (let each = 0; each < count; each += 1) finish(target, shift + start(slot + each), first + each);
      return shift + start(slot + count);
    },
    /**
     * The sum of their quantities, × 1000.
     * @param {number} first
     * @param {number} count at most `templateEvents`
     */
    quantityThousandths(first, count) {
      const slot = first % templateEvents;
      return (quantitySums[slot + count] ?? 0) - (quantitySums[slot] ?? 0);
    },
  };
}

/**
 * The square makes some customers a hundred times busier than others, as they are.
 * @param {number} word
 */
function customerOf(word) {
  const share = word / 2 ** 32;
  return Math.floor(share * share * customerCount);
}

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
const highDigits = Uint8Array.from({ length: 256 }, (_, byte) => hexDigits[byte >>> 4] ?? 0);
const lowDigits = Uint8Array.from({ length: 256 }, (_, byte) => hexDigits[byte & 15] ?? 0);
/** Where the 32 digits of a UUID stand in its text, hyphens left out. */
const uuidPlaces = Uint8Array.from([...idBlank].flatMap((digit, place) => (digit === '-' ? [] : [place])));
/** Version 4: the high digit of the seventh byte is 4, that of the ninth one of 8, 9, a, b. */
const versionPlace = uuidPlaces[12] ?? 0;
const variantPlace = uuidPlaces[16] ?? 0;

/**
 * Different words make different ids: mixing maps no two words to one.
 * @param {Buffer} bytes
 * @param {number} at
 * @param {number} word
 * @returns {number} the next word
 */
function writeId(bytes, at, word) {
  let rest = word;
  let last = word;
  for (let digit = 0; digit < 32; digit += 2) {
    if (digit % 8 === 0 && digit > 0) {
      last = mixed(last + digit);
      rest = last;
    }
    bytes[at + (uuidPlaces[digit] ?? 0)] = highDigits[rest & 255] ?? 0;
    bytes[at + (uuidPlaces[digit + 1] ?? 0)] = lowDigits[rest & 255] ?? 0;
    rest >>>= 8;
  }
  bytes[at + versionPlace] = 52;
  bytes[at + variantPlace] = hexDigits[8 | (last & 3)] ?? 0;
  return mixed(last + 32);
}

/**
 * @param {Buffer} bytes
 * @param {number} at where the timestamp begins
 * @param {number} ms since midnight
 */
function writeTimeOfDay(bytes, at, ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  writeDigits(bytes, at + 13, Math.floor(minutes / 60), 2);
  writeDigits(bytes, at + 16, minutes % 60, 2);
  writeDigits(bytes, at + 19, seconds % 60, 2);
  writeDigits(bytes, at + 23, ms % 1000, 3);
}

/**
 * @param {Buffer} bytes
 * @param {number} end the byte after the last digit
 * @param {number} value
 * @param {number} digits
 */
function writeDigits(bytes, end, value, digits) {
  let rest = value;
  for (let at = end - 1; at >= end - digits; at -= 1) {
    const tenth = Math.floor(rest / 10);
    bytes[at] = 48 + rest - tenth * 10;
    rest = tenth;
  }
}
