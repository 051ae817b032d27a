/**
 * Sends an array of events and answers as the server would have for the array as a whole, also where it takes
 * several requests, and where events were found invalid here and never sent.
 */
import { withEvents } from './billing-error.ts';
import type { DeliverEvents, Outcome } from './deliver-events.ts';
import { requestLimits } from './options.ts';
import { type PreparedEvent, writtenEvent } from './prepare-event.ts';
import { utf8Length } from './utf8-length.ts';
import type { EventResult, EventStatus, IngestAnswer } from './wire/answers.ts';
import type { EventRefusal } from './wire/validate-event.ts';

interface Item extends PreparedEvent {
  readonly index: number;
}

/** Requests go one after another: an event comes before those behind it, as in one request. */
export async function sendUsage(
  prepared: readonly (PreparedEvent | EventRefusal)[],
  deliver: DeliverEvents,
): Promise<IngestAnswer> {
  const results: EventResult[] = [];
  const items: Item[] = [];
  prepared.forEach((one, index) => {
    if (one.ok) items.push({ ...one, index });
    else results.push(rejected(one, index));
  });
  for (const chunk of chunksOf(items)) {
    const outcomes = await deliver(chunk.map(({ line }) => line));
    outcomes.forEach((outcome, at) => {
      const item = chunk[at];
      if (item !== undefined) results.push(resultOf(item, outcome, items));
    });
  }
  return answerOf(results);
}

function rejected({ ok: _, ...refusal }: EventRefusal, index: number): EventResult {
  return { index, status: 'rejected', ...refusal };
}

/** An event of which nothing is known makes the call fail: an answer must speak of all of them. */
function resultOf({ index, id, source }: Item, outcome: Outcome, items: readonly Item[]): EventResult {
  if (outcome.status === 'failed') {
    throw withEvents(
      outcome.error,
      items.map((item) => writtenEvent(item)),
    );
  }
  return { index, ...(source === undefined ? {} : { source }), id, ...outcome };
}

/** As many as fit into one request each, brackets and commas counted. */
function* chunksOf(items: readonly Item[]): Generator<Item[]> {
  let chunk: Item[] = [];
  let bytes = 2;
  for (const item of items) {
    const size = utf8Length(item.line) + 1;
    if (chunk.length === requestLimits.eventsMax || bytes + size > requestLimits.bytesMax) {
      yield chunk;
      chunk = [];
      bytes = 2;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function answerOf(all: readonly EventResult[]): IngestAnswer {
  const count = (status: EventStatus): number => all.filter((result) => result.status === status).length;
  const results = all.filter(({ status, warnings }) => status !== 'accepted' || warnings !== undefined);
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    rejected: count('rejected'),
    results: results.sort((a, b) => a.index - b.index),
  };
}
