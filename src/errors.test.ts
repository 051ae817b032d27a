import { eventCodes } from '@countinghouse/client/wire';
import { expect, it } from 'vitest';
import { errorCatalogue } from './errors.ts';

const codes = Object.entries(errorCatalogue);

it('the catalogue is closed: a new code is added here on purpose', () => {
  expect(codes).toHaveLength(111);
});

it('every code that the event validator gives is in the catalogue', () => {
  expect(eventCodes.filter((code) => !Object.hasOwn(errorCatalogue, code))).toEqual([]);
});

it('docs/errors.md lists the same codes (npm run docs writes it anew)', async () => {
  const rows = codes.map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);
  const page = [
    '# Errors',
    '',
    'Every refusal is `application/problem+json` (RFC 9457) with a `code` from this closed list, a `detail` that says what',
    'is wrong and what to do, a `field` where there is one, and the `request_id` that stands in the log. In a batch the same',
    'codes stand in `results`, and the status is that of the whole answer.',
    '',
    '| code | status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    'A 503 and a missing answer acknowledge nothing: a retry with the same ids is always safe.',
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot('../docs/errors.md');
});
