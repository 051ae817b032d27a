import { describe, expect, it } from 'vitest';
import { readEventBody } from './event-body.ts';

const cloud = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': 's',
  'ce-type': 'api',
  'ce-subject': 'acme',
};

describe('binary CloudEvents', () => {
  it.each(['application/json', 'application/vnd.acme+json; charset=utf-8'])(
    'take data of type %s',
    (type) => {
      const body = readEventBody(Buffer.from('{"quantity":"2"}'), { ...cloud, 'content-type': type });
      expect(body).toMatchObject({
        lone: true,
        submissions: [{ input: { id: '1', quantity: '2', service: 'api' } }],
      });
    },
  );

  it('data that is not JSON is said of the event, not of the request', () => {
    const body = readEventBody(Buffer.from('hello'), { ...cloud, 'content-type': 'text/plain' });
    expect(body.submissions).toMatchObject([{ unreadable: { code: 'data_invalid' } }]);
  });

  it('no data at all is an event of quantity 1', () => {
    const body = readEventBody(Buffer.alloc(0), cloud);
    expect(body.submissions).toMatchObject([{ input: { id: '1', customer_id: 'acme' } }]);
  });
});
