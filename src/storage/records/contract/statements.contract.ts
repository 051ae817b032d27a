/** What every record store keeps of closed statements and settings. Only through the port. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditEntryOf } from '../../../domain/audit/audited-write.ts';
import type { InstanceSettings } from '../../../domain/records/instance-settings.ts';
import type { RecordStore } from '../../record-store.ts';
import { type RecordPlace, statementOf, writeOf } from './record-samples.ts';

export function describeStatements(makePlace: () => Promise<RecordPlace>): void {
  let place: RecordPlace;
  let store: RecordStore;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe('statements', () => {
    test('a statement comes back whole, its canonical text to the character', async () => {
      const canonical = '{"a":"\\\\u0000 é 🚀 \\\\"","lines":[]}';
      const statement = statementOf('c', 7, { canonical, previousHash: 'b'.repeat(64), total: '-0.50' });
      await store.addStatements([writeOf(statement)]);
      await store.close();
      store = await place.open();
      expect(await store.findStatement('c:2026-10')).toEqual(statement);
      expect(await store.findStatement('c:2026-11')).toBeNull();
      expect(await store.lastSequence()).toBe(7);
    });

    test('a group is written whole or not at all, audit entries included', async () => {
      await store.addStatements([writeOf(statementOf('b', 5))]);
      const group = ['a', 'b', 'c'].map((id, index) => writeOf(statementOf(id, 10 + index)));
      await expect(store.addStatements(group)).rejects.toThrow(/id/);
      expect(await store.findStatement('a:2026-10')).toBeNull();
      expect(await store.listAudit({ before: null, limit: 10 })).toHaveLength(1);
      expect(await store.lastSequence()).toBe(5);
    });

    test('a group of thousands is kept, each with its audit entry', async () => {
      const ids = Array.from({ length: 2_345 }, (_, index) => `c${String(index).padStart(5, '0')}`);
      await store.addStatements(ids.map((id, index) => writeOf(statementOf(id, index + 1))));
      expect(await store.allCloses()).toHaveLength(ids.length);
      expect((await store.listAudit({ before: null, limit: 1 }))[0]?.sequence).toBe(ids.length);
      expect((await store.statementsOf(ids)).map(({ customerId }) => customerId)).toEqual(ids);
      expect(await store.statementsOf([])).toEqual([]);
      expect((await store.findStatementHashes(ids.map((id) => `${id}:2026-10`))).length).toBe(ids.length);
    });

    test('lists narrow to a customer, to a period and to both; a chain comes in the order of time', async () => {
      const chain = ['2026-11', '2026-09', '2026-10'];
      const statements = chain.map((period, index) => statementOf('a', 10 + index, { period }));
      const other = statementOf('b', 20);
      await store.addStatements([...statements, other].map(writeOf));
      const page = { after: null, limit: 10 };
      const idsOf = async (more: object) =>
        (await store.listStatements({ ...page, ...more })).map(({ id }) => id);
      expect(await idsOf({})).toEqual(['a:2026-09', 'a:2026-10', 'a:2026-11', 'b:2026-10']);
      expect(await idsOf({ customerId: 'b' })).toEqual(['b:2026-10']);
      expect(await idsOf({ period: '2026-10' })).toEqual(['a:2026-10', 'b:2026-10']);
      expect(await idsOf({ period: '2026-10', after: 'a:2026-10', limit: 1 })).toEqual(['b:2026-10']);
      expect(await idsOf({ period: '2026-11', customerId: 'b' })).toEqual([]);
      const ordered = [statements[1], statements[2], statements[0], other];
      expect(await store.statementsOf(['b', 'a'])).toEqual(ordered);
      expect(await store.allCloses()).toEqual(
        ordered.map((statement) => {
          const { customerId, period, fromMs, toMs, watermark, sequence } = statement ?? other;
          return { customerId, period, fromMs, toMs, watermark, sequence };
        }),
      );
    });
  });

  test('settings are versions in the order of their sequences', async () => {
    const first: InstanceSettings = {
      ...{ latePolicy: 'next', rounding: 'half_away_from_zero', sequence: 3, createdAtMs: 1 },
    };
    const second: InstanceSettings = { ...first, latePolicy: 'ignore', rounding: 'half_even', sequence: 9 };
    for (const version of [first, second]) {
      const what = { actor: 'local', action: 'replace', subject: 'settings', subjectId: 'instance' } as const;
      const audit = auditEntryOf({ ...what, atMs: 1, before: null, after: version });
      await store.addSettingsVersion(version, audit);
    }
    expect(await store.allSettingsVersions()).toEqual([first, second]);
    expect(await store.lastSequence()).toBe(9);
  });
}
