import { expect, it } from 'vitest';
import { isLoopbackHost, signOfOutside } from './loopback.ts';

it.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['::1', true],
  ['[::1]', true],
  ['', false],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['1127.0.0.1', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['evil-localhost', false],
  ['127.0.0.1\n', false],
])('the host %j is this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

const host = '127.0.0.1:8787';

it.each([
  [{ host }, null],
  [{ host: 'localhost' }, null],
  [{ host: '[::1]:8787' }, null],
  [{ host, origin: 'http://localhost:5173' }, null],
  [{ host, origin: 'http://[::1]:5173' }, null],
  [{ host, 'x-forwardable': 'x' }, null],
  [{}, 'Host'],
  [{ host: 'billing.example' }, 'Host'],
  [{ host: 'billing.example:127' }, 'Host'],
  [{ host: '127.0.0.1@evil.example' }, 'Host'],
  [{ host: '127.0.0.1:8787:1' }, 'Host'],
  [{ host, forwarded: 'for=10.0.0.1' }, 'forwarded'],
  [{ host, forwarded: '' }, 'forwarded'],
  [{ host, 'x-forwarded-for': '127.0.0.1' }, 'x-forwarded-for'],
  [{ host, 'x-forwarded-host': 'a' }, 'x-forwarded-host'],
  [{ host, 'x-forwarded-proto': 'https' }, 'x-forwarded-proto'],
  [{ host, 'x-real-ip': '10.0.0.1' }, 'x-real-ip'],
  [{ host, via: '1.1 proxy' }, 'via'],
  [{ host, origin: 'https://evil.example' }, 'Origin'],
  [{ host, origin: 'null' }, 'Origin'],
  [{ host, origin: 'http://localhost.evil.example' }, 'Origin'],
])('%j comes from outside: %s', (headers, sign) => {
  if (sign === null) expect(signOfOutside(headers)).toBeNull();
  else expect(signOfOutside(headers)).toContain(sign);
});
