/**
 * Corrections as rows of TabSeparated text: in the journal behind an entry's events, and in the usage store a table of their
 * own. A row begins with a tab, where an event's begins with its source, which is never empty: that tells them apart.
 * Its last two fields are those of an event's row, so that `writeSequence` writes its sequence too.
 */
import { contentText, fieldText, instantText } from '../../domain/events/content-text.ts';
import type { NewCorrection } from '../../domain/events/correction.ts';
import type { StoredEvent } from '../../domain/events/stored-event.ts';
import { sequenceStart } from './encode-rows.ts';

/** The fields behind the first tab, in their order. */
export const correctionColumns = [
  ...['correction_id', 'action', 'reason', 'actor', 'source', 'id'],
  // Of the event as first accepted.
  ...['event_sequence', 'fingerprint', 'traceparent', 'received_at'],
  ...['original_customer_id', 'original_service', 'original_time'],
  // What counts from now on; of a voided event what it was.
  ...['time', 'customer_id', 'service', 'quantity', 'amount', 'properties'],
  ...['correction_sequence', 'corrected_at'],
] as const;

/** `sequence` is omitted where it is written later. */
export function encodeCorrection(
  correction: NewCorrection & { readonly sequence?: number },
  original: StoredEvent,
): Buffer {
  const content = correction.event ?? original;
  const own = [correction.id, correction.action, correction.reason, correction.actor];
  const fields = [
    ...[...own, original.source, original.id].map(fieldText),
    ...[String(original.sequence), BigInt(`0x${original.fingerprint}`).toString()],
    ...[fieldText(original.traceparent), instantText(original.receivedAtMs)],
    ...[fieldText(original.customerId), fieldText(original.service), instantText(original.timeMs)],
    ...[instantText(content.timeMs), contentText(content)],
    ...[String(correction.sequence ?? sequenceStart), instantText(correction.receivedAtMs)],
  ];
  return Buffer.from(`\t${fields.join('\t')}\n`);
}

const tab = 0x09;

export interface EntryRows {
  readonly events: Buffer;
  readonly corrections: Buffer;
}

/** A journal entry's payload: the rows of its events, then those of its corrections. */
export function splitEntry(payload: Buffer): EntryRows {
  if (payload[0] === tab) return { events: payload.subarray(0, 0), corrections: payload };
  const at = payload.indexOf('\n\t') + 1;
  return at === 0
    ? { events: payload, corrections: payload.subarray(0, 0) }
    : { events: payload.subarray(0, at), corrections: payload.subarray(at) };
}

/** Without the mark: as the store's table takes them. */
export function correctionTsv(rows: readonly Buffer[]): Buffer {
  const lines = Buffer.concat(rows as Buffer[])
    .toString('utf8')
    .split('\n');
  if (lines.pop() !== '') throw new Error('the encoded corrections end in the middle of a row');
  return Buffer.from(lines.map((line) => `${withoutMark(line)}\n`).join(''));
}

function withoutMark(line: string): string {
  if (!line.startsWith('\t')) throw new Error('a row of a correction does not begin with its mark');
  return line.slice(1);
}
