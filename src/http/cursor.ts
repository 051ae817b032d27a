/** Where a page ended, as an opaque text. A cursor is a place, not a secret: it holds the last item's keys. */
import { HttpProblem } from './problem.ts';

type Place = readonly (string | number)[];

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The keys of the last item, whose kinds must be as given; null where no cursor was sent. */
export function decodeCursor(
  cursor: string | undefined,
  kinds: readonly ('string' | 'number')[],
): Place | null {
  if (cursor === undefined) return null;
  const place = parsePlace(cursor);
  const fits =
    place?.length === kinds.length && place.every((key, index) => typeof key === kinds[index] && isKey(key));
  if (!place || !fits) {
    throw new HttpProblem('parameter_invalid', 'cursor is not one that this list gave out', {
      field: 'cursor',
    });
  }
  return place;
}

/** Numbers are places and moments since 1970; texts are such as can be stored. */
function isKey(key: string | number): boolean {
  return typeof key === 'string' ? !/\0|\p{Surrogate}/u.test(key) : Number.isSafeInteger(key) && key >= 0;
}

function parsePlace(cursor: string): Place | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(place) ? place : null;
  } catch {
    return null;
  }
}
