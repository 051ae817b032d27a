/**
 * Corrections in the engine: stored, found, and made part of the views that questions are asked in.
 */
import type { Property } from '@countinghouse/client/wire';
import type { Correction } from '../../domain/events/correction.ts';
import type { Identity, StoredEvent } from '../../domain/events/stored-event.ts';
import { correctionColumns, correctionTsv, encodeCorrection } from '../usage-rows/encode-corrections.ts';
import { currentView, type StoredCorrections, type UsageView } from '../usage-store.ts';
import type { Connection, Statement } from './connection.ts';
import { type CorrectedCustomers, makeCorrectedCustomers } from './corrected-customers.ts';
import { correctionsTable } from './corrections-schema.ts';
import { readProperty } from './mapping.ts';
import {
  type CorrectionRow,
  correctedCustomersStatement,
  correctionsOfStatement,
  findCorrectionStatement,
  lastActionsStatement,
  listCorrectionsStatement,
} from './sql/corrections.ts';
import { sequenceAtStatement } from './sql/last-sequence.ts';
import type { SourceView } from './sql/usage-source.ts';

export interface CorrectionsContext {
  readonly connection: Connection;
  ask<Row extends readonly unknown[]>(statement: Statement): Promise<Row[]>;
  /** Not behind questions: ingest waits for it. */
  lookUp<Row extends readonly unknown[]>(statement: Statement): Promise<Row[]>;
  findEvent(identity: Identity): Promise<StoredEvent | null>;
}

export interface CorrectionsPart extends StoredCorrections {
  /** A view as statements take it; `customerIds`: whom it is asked about, null for all. */
  sourceView(view: UsageView | undefined, customerIds: readonly string[] | null): Promise<SourceView>;
  readonly corrected: CorrectedCustomers;
}

export async function makeCorrectionsPart(context: CorrectionsContext): Promise<CorrectionsPart> {
  const { ask, lookUp, findEvent } = context;
  const stored = await ask<[customerId: string]>(correctedCustomersStatement);
  const corrected = makeCorrectedCustomers(stored.map(([customerId]) => customerId));
  return {
    corrected,
    appendCorrections: (rows) => append(context, rows, corrected),
    findCorrection: async (id) =>
      (await ask<CorrectionRow>(findCorrectionStatement(id))).map(readCorrection)[0] ?? null,
    findCorrections: async (event) =>
      (await ask<CorrectionRow>(correctionsOfStatement(event))).map(readCorrection),
    listCorrections: async ({ afterSequence, limit }) =>
      (await ask<CorrectionRow>(listCorrectionsStatement(afterSequence, limit))).map(readCorrection),
    async lastActions(identities) {
      if (identities.length === 0 || !corrected.touches(null)) return new Map();
      const rows = await lookUp<[string, string, 'void' | 'amend']>(lastActionsStatement(identities));
      return new Map(rows.map(([source, id, action]) => [`${source}\t${id}`, action]));
    },
    sequenceAt: async (timeMs) => (await ask<[number]>(sequenceAtStatement(timeMs)))[0]?.[0] ?? 0,
    async sourceView({ sequenceMax, plus = [] } = currentView, customerIds) {
      const hasCorrections = plus.length > 0 || corrected.touches(customerIds);
      return { sequenceMax, hasCorrections, plusRows: await plusRows(plus, findEvent) };
    },
  };
}

async function append(
  { connection }: CorrectionsContext,
  rows: readonly Buffer[],
  corrected: CorrectedCustomers,
): Promise<void> {
  const tsv = correctionTsv(rows);
  // Before it is stored: from then on a question may need it.
  corrected.add(customersIn(tsv));
  await connection.insert({ table: correctionsTable, columns: correctionColumns, tsv });
}

const originalCustomerAt = correctionColumns.indexOf('original_customer_id');
const customerAt = correctionColumns.indexOf('customer_id');

/** A customer's id holds no control characters, and its backslashes are doubled. */
function customersIn(tsv: Buffer): string[] {
  const lines = tsv.toString('utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const fields = line.split('\t');
    return [fields[originalCustomerAt], fields[customerAt]].map((field = '') =>
      field.replaceAll('\\\\', '\\'),
    );
  });
}

/** They come behind everything that is stored, in their order. */
async function plusRows(
  plus: readonly Correction[],
  findEvent: CorrectionsContext['findEvent'],
): Promise<string> {
  const rows: Buffer[] = [];
  for (const [index, correction] of plus.entries()) {
    const original = await findEvent({ source: correction.source, id: correction.eventId });
    if (original === null) throw new Error('a correction of an event that is not stored');
    const sequence = Number.MAX_SAFE_INTEGER - plus.length + index;
    rows.push(encodeCorrection({ ...correction, sequence }, original));
  }
  return correctionTsv(rows).toString('utf8');
}

function readCorrection(row: CorrectionRow): Correction {
  const [id, action, source, eventId, reason, actor, customerId, service, timeMs, quantity, amount] = row;
  const [names, values, sequence, receivedAtMs] = row.slice(11) as [string[], string[], number, number];
  const properties = names.map((name, at): Property => [name, readProperty(values[at] ?? '')]);
  const event = action === 'void' ? null : { customerId, service, timeMs, quantity, amount, properties };
  return { id, action, source, eventId, reason, actor, event, sequence, receivedAtMs };
}
