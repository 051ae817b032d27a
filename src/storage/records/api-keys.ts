/** The statements about API keys. What a key may be is the domain's question. */
import type { Kysely, Transaction } from 'kysely';
import type { ApiKey, KeySecret } from '../../domain/keys/api-key.ts';
import type { Scope } from '../../domain/keys/scopes.ts';
import type { KeyStore } from '../key-store.ts';
import { insertAuditEntries } from './audit.ts';
import type { ApiKeyRow, ApiKeySecretRow, RecordTables } from './schema.ts';

export function makeSqlKeyStore(db: Kysely<RecordTables>): KeyStore {
  return {
    addKey: (key, audit) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('api_keys').values(keyToRow(key)).execute();
        await insertSecrets(transaction, key);
        await insertAuditEntries(transaction, [audit]);
      }),
    changeKey: (key, audit) =>
      db.transaction().execute(async (transaction) => {
        await replaceKey(transaction, key);
        await insertAuditEntries(transaction, [audit]);
      }),
    allKeys: () => selectKeys(db),
  };
}

async function replaceKey(transaction: Transaction<RecordTables>, key: ApiKey): Promise<void> {
  const { name, ...columns } = keyToRow(key);
  const { numUpdatedRows } = await transaction
    .updateTable('api_keys')
    .set(columns)
    .where('name', '=', name)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`there is no API key ${JSON.stringify(name)} to change`);
  await transaction.deleteFrom('api_key_secrets').where('key_name', '=', name).execute();
  await insertSecrets(transaction, key);
}

async function insertSecrets(transaction: Transaction<RecordTables>, key: ApiKey): Promise<void> {
  for (const [place, secret] of key.secrets.entries()) {
    await transaction
      .insertInto('api_key_secrets')
      .values(secretToRow(key.name, place, secret))
      .execute();
  }
}

async function selectKeys(db: Kysely<RecordTables>): Promise<ApiKey[]> {
  const keys = await db.selectFrom('api_keys').selectAll().orderBy('name').execute();
  const secrets = await db
    .selectFrom('api_key_secrets')
    .selectAll()
    .orderBy('key_name')
    .orderBy('place')
    .execute();
  const secretsOf = new Map<string, KeySecret[]>(keys.map(({ name }) => [name, []]));
  for (const row of secrets) secretsOf.get(row.key_name)?.push(rowToSecret(row));
  return keys.map((row) => rowToKey(row, secretsOf.get(row.name) ?? []));
}

function keyToRow(key: ApiKey): ApiKeyRow {
  return {
    name: key.name,
    scopes: JSON.stringify(key.scopes),
    source: key.source,
    customer_id: key.customerId,
    created_at_ms: key.createdAtMs,
    created_by: key.createdBy,
    revoked_at_ms: key.revokedAtMs,
    revoked_by: key.revokedBy,
  };
}

function rowToKey(row: ApiKeyRow, secrets: readonly KeySecret[]): ApiKey {
  return {
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    source: row.source,
    customerId: row.customer_id,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    revokedAtMs: row.revoked_at_ms,
    revokedBy: row.revoked_by,
    secrets,
  };
}

function secretToRow(keyName: string, place: number, secret: KeySecret): ApiKeySecretRow {
  return {
    hash: secret.hash,
    key_name: keyName,
    prefix: secret.prefix,
    place,
    created_at_ms: secret.createdAtMs,
    created_by: secret.createdBy,
    ends_at_ms: secret.endsAtMs,
  };
}

function rowToSecret(row: ApiKeySecretRow): KeySecret {
  return {
    prefix: row.prefix,
    hash: row.hash,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    endsAtMs: row.ends_at_ms,
  };
}
