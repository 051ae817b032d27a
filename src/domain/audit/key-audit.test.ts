import { expect, test } from 'vitest';
import type { ApiKey } from '../keys/api-key.ts';
import { keyAudit } from './key-audit.ts';

const secret = (prefix: string, endsAtMs: number | null) => ({
  ...{ prefix, hash: `hash of ${prefix}`, createdAtMs: 1_764_000_000_000, createdBy: 'local', endsAtMs },
});

const key: ApiKey = {
  ...{ name: 'gw', scopes: ['read'], source: 'gateway', customerId: null, createdAtMs: 1_764_000_000_000 },
  ...{ createdBy: 'local', revokedAtMs: null, revokedBy: null, secrets: [secret('chk_old', null)] },
};

test('a key is audited as lists show it, without the hashes of its secrets', () => {
  const after = { ...key, secrets: [secret('chk_old', 1_764_000_060_000), secret('chk_new', null)] };
  const write = { action: 'rotate', actor: 'ops', atMs: 1_764_000_000_000, sequence: 7 } as const;
  const entry = keyAudit({ ...write, before: key, after });
  expect(entry).toMatchObject({ ...write, subject: 'api_key', subjectId: 'gw' });
  const made = { created_at: '2025-11-24T16:00:00.000Z', created_by: 'local' };
  expect(entry.before).toEqual({
    ...{ name: 'gw', scopes: ['read'], source: 'gateway', ...made },
    secrets: [{ prefix: 'chk_old', ...made }],
  });
  expect(entry.after.secrets).toEqual([
    { prefix: 'chk_old', ...made, ends_at: '2025-11-24T16:01:00.000Z' },
    { prefix: 'chk_new', ...made },
  ]);
  expect(JSON.stringify(entry)).not.toContain('hash');
});

test('a new key had nothing before', () => {
  const write = { action: 'create', actor: 'local', atMs: 1, sequence: 7 } as const;
  expect(keyAudit({ ...write, before: null, after: key }).before).toBeNull();
});
