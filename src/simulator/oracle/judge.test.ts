import { expect, test } from 'vitest';
import { makeJudge } from './judge.ts';

const nowMs = Date.UTC(2026, 10, 24, 10);
const services = [
  { name: 'api', takesCredits: false },
  { name: 'credits', takesCredits: true },
];
const newJudge = () => makeJudge({ nowMs, customers: [{ id: 'known' }], services });

const text = (change: object = {}) =>
  JSON.stringify({
    ...{ source: 's', id: '1', customer_id: 'known', service: 'api' },
    ...{ time: '2026-11-24T09:00:00.000Z', quantity: '5', ...change },
  });

const statuses = (texts: readonly string[]) => {
  const judge = newJudge();
  return texts.map((one) => {
    const { status, code, warnings = [] } = judge.judge(one);
    return [status, ...(code === undefined ? [] : [code]), ...warnings].join(' ');
  });
};

test('the first counts, the same again is a duplicate, other content a conflict that changes nothing', () => {
  expect(statuses([text(), text({ quantity: '5.0' }), text({ quantity: '6' }), text()])).toEqual([
    'accepted',
    'duplicate',
    'conflict',
    'duplicate',
  ]);
});

test.each<[string, object, string]>([
  ['an unknown customer', { customer_id: 'stranger' }, 'accepted customer_unknown'],
  ['an unknown service', { service: 'other' }, 'accepted service_unknown'],
  ['five minutes ahead', { time: '2026-11-24T10:05:00.000Z' }, 'accepted'],
  ['a millisecond more', { time: '2026-11-24T10:05:00.001Z' }, 'rejected time_in_future'],
  ['a negative quantity', { quantity: '-1' }, 'rejected quantity_invalid'],
  ['a credit', { quantity: '-1', service: 'credits' }, 'accepted'],
  ['a credit of an unknown service', { quantity: '-1', service: 'other' }, 'rejected quantity_invalid'],
])('%s', (_, change, expected) => {
  expect(statuses([text(change)])).toEqual([expected]);
});

test('what was rejected does not use up its id', () => {
  expect(statuses([text({ quantity: '-1' }), text()])).toEqual(['rejected quantity_invalid', 'accepted']);
});

test('identities of the first wave are known for ever, others for the next wave', () => {
  const judge = newJudge();
  judge.judge(text());
  judge.endWave();
  judge.judge(text({ id: '2' }));
  judge.endWave();
  expect(judge.judge(text({ id: '2' })).status).toBe('duplicate');
  judge.endWave();
  judge.endWave();
  expect(judge.judge(text()).status).toBe('duplicate');
  // Forgotten, which is why a workload never repeats from so far back.
  expect(judge.judge(text({ id: '2' })).status).toBe('accepted');
});
