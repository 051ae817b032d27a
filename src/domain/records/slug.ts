/**
 * An id made of a name, for records that come without one: `Café São Paulo, Inc.` is `cafe-sao-paulo-inc`.
 * Two names may have the same slug; noticing that is the caller's work.
 */
import { eventLimits } from '@countinghouse/client/wire';

/**
 * At most 128 code points. Letters and digits of every script stay, so that `株式会社` has an id too; only a
 * name without any letter or digit gives the empty text. A slug is its own slug.
 */
export function slugOf(name: string): string {
  // Lowered twice: taking letters apart may bring up new capitals (`℡` is `TEL`).
  const plain = name.toLowerCase().normalize('NFKD').toLowerCase();
  const slug = plain
    // The accents of Latin, Greek and Cyrillic. Marks of other scripts are letters' parts and stay.
    .replace(/[\u0300-\u036f]/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .normalize('NFC');
  return trimHyphens([...trimHyphens(slug)].slice(0, eventLimits.idLengthMax).join(''));
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
