/** Every limit of the server, in one place; their relations are asserted below, at load. */

const mebibyte = 1024 * 1024;

export const limits = {
  /** Bytes of a request to report events, before and after decompression. */
  eventsBodyBytesMax: 16 * mebibyte,
  /** What is still read (and thrown away) of a body that is too large, so that the refusal can be read. */
  drainedBytesMax: 64 * mebibyte,
  batchEventsMax: 10_000,
  /** Bytes of any other request. */
  recordBodyBytesMax: mebibyte / 4,
  tagsMax: 32,
  tagLengthMax: 256,

  pageItemsMax: 1_000,
  pageItemsDefault: 100,

  /** Rows of one usage or cost answer. */
  rowsMax: 100_000,
  /** Groups that pricing may read to make one answer. */
  pricedGroupsMax: 1_000_000,
  groupKeysMax: 5,

  /** Events claimed and not yet answered, over all requests; beyond it new requests get 503. */
  waitingEventsMax: 200_000,
  /** Bytes of request bodies being worked on. */
  waitingBytesMax: 512 * mebibyte,
  /** Rows of one insert. */
  blockRowsMax: 50_000,
  /** Identities of one look-up. */
  lookUpKeysMax: 50_000,

  queryWaitingMax: 64,
  querySecondsMax: 60,
  queryMemoryBytesMax: 4 * 1024 * mebibyte,

  /** Characters of one part of a path: 128 code points, percent-encoded as up to 12 characters each. */
  pathParameterLengthMax: 128 * 12,

  /** Slow clients are cut. */
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  /** How long a stop waits for requests in flight. */
  stopTimeoutMs: 15_000,
} as const;

/** A program whose limits contradict each other must not start. */
export function assertLimits(l: typeof limits): void {
  const relations: readonly [boolean, string][] = [
    [l.batchEventsMax <= l.waitingEventsMax, 'one batch fits into the waiting room'],
    [l.eventsBodyBytesMax <= l.waitingBytesMax, 'one body fits into the waiting room'],
    [l.eventsBodyBytesMax <= l.drainedBytesMax, 'a body is drained at least as far as it is read'],
    [l.pageItemsDefault <= l.pageItemsMax, 'the default page is a possible page'],
    [l.rowsMax <= l.pricedGroupsMax, 'an answer has no more rows than groups'],
    [l.headersTimeoutMs <= l.requestTimeoutMs, 'headers are part of a request'],
  ];
  const broken = relations.find(([holds]) => !holds);
  if (broken) throw new Error(`limits contradict each other: ${broken[1]} does not hold`);
}

assertLimits(limits);
