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

  /** Corrections being made; beyond it new ones get 503. After a crash as many audit entries are looked through. */
  correctionsInFlightMax: 500,
  /** Tests and groups of one filter, nested ones too. */
  conditionPartsMax: 100,
  /** Values of one `in`. */
  conditionValuesMax: 1_000,
  meterDimensionsMax: 10,
  /** Prices of one what-if. */
  proposedPricesMax: 100,

  /** Code points of why an event was corrected. */
  reasonLengthMax: 1_024,

  /** Billing periods: no event is older than 2000 anywhere on earth, and the month after the last needs a name. */
  periodFirst: '1999-12',
  periodLast: '9999-11',
  /** Statements that are computed, and written in one transaction, together. */
  closeGroupMax: 500,

  pageItemsMax: 1_000,
  pageItemsDefault: 100,

  /** Rows of one usage or cost answer. */
  rowsMax: 100_000,
  /** Groups that pricing may read to make one answer. */
  pricedGroupsMax: 1_000_000,
  groupKeysMax: 5,
  /** Tiers of one price, or of one value of its dimension. */
  priceTiersMax: 100,
  /** Values that one price names rates for. */
  priceRatesMax: 1_000,

  /** Events claimed and not yet answered, over all requests; beyond it new requests get 503. */
  waitingEventsMax: 200_000,
  /** Bytes of request bodies being worked on. */
  waitingBytesMax: 512 * mebibyte,
  /** Events of one journal entry: what shares an fsync. */
  entryEventsMax: 50_000,
  journalSegmentBytesMax: 64 * mebibyte,
  /** How far the journal may run ahead of the usage store; beyond it new events get 503. */
  journalWaitingBytesMax: 512 * mebibyte,
  /** How far a replay reads ahead of the store. */
  replayWaitingBytesMax: 64 * mebibyte,

  /**
   * A block is stored when it has this many rows or its oldest event this age. A question does not wait for either: it
   * has what was acknowledged before it stored at once. At 30,000 events/s, 300 ms made blocks of 9,000 rows and cost
   * 36 µs of CPU an event, 1,000 ms 33 µs and a sixth less disk before merging.
   */
  blockRowsTarget: 50_000,
  blockAgeTargetMs: 1_000,
  /** With more months than this in a block, each a part of its own in the store, it may grow. */
  blockMonthsFew: 12,
  blockRowsPerMonth: 5_000,
  blockRowsMax: 400_000,
  blockAgeMaxMs: 3_000,
  storeRetryMs: 200,
  storeRetryMaxMs: 5_000,

  /** Memory of the filter of identities seen (`--dedupe-memory`): some 260 million events. */
  dedupeBytesDefault: 1024 * mebibyte,
  /** Identities of one look-up. */
  lookUpKeysMax: 50_000,

  /** Questions answered at once. */
  querySessions: 3,
  queryWaitingMax: 64,
  querySecondsMax: 60,
  queryMemoryBytesMax: 4 * 1024 * mebibyte,

  /** How long the old secret of an API key goes on after a rotation. */
  keyOverlapSecondsDefault: 24 * 60 * 60,
  keyOverlapSecondsMax: 30 * 24 * 60 * 60,

  /**
   * Characters of one part of a path, percent-encoded. An id has 128 code points of up to 12 characters each; a
   * statement's line is named after a meter's id and a dimension value of up to 1,024 code points.
   */
  pathParameterLengthMax: (128 + 1_024) * 12,

  /**
   * Requests of one connection (pipelining) that are worked on at once: fewer than the engine's sessions for questions,
   * so that one connection's heavy questions leave room for another's. Those behind them wait, then get 503.
   */
  connectionInFlightMax: 2,
  connectionWaitingMax: 64,
  /** Trouble of one kind has a line in the log at most this often. */
  troubleLogEveryMs: 5_000,

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
    [l.batchEventsMax <= l.entryEventsMax, 'one batch fits into one journal entry'],
    [l.eventsBodyBytesMax <= l.journalSegmentBytesMax, 'one batch fits into one segment'],
    [l.journalSegmentBytesMax <= l.journalWaitingBytesMax, 'a segment fits into what may wait'],
    [l.entryEventsMax <= l.blockRowsMax, 'one entry fits into one block'],
    [l.eventsBodyBytesMax <= l.waitingBytesMax, 'one body fits into the waiting room'],
    [l.eventsBodyBytesMax <= l.drainedBytesMax, 'a body is drained at least as far as it is read'],
    [l.pageItemsDefault <= l.pageItemsMax, 'the default page is a possible page'],
    [l.rowsMax <= l.pricedGroupsMax, 'an answer has no more rows than groups'],
    [l.connectionInFlightMax < l.querySessions, 'one connection leaves room for the questions of others'],
    [l.keyOverlapSecondsDefault <= l.keyOverlapSecondsMax, 'the default overlap is a possible one'],
    [l.headersTimeoutMs <= l.requestTimeoutMs, 'headers are part of a request'],
  ];
  const broken = relations.find(([holds]) => !holds);
  if (broken) throw new Error(`limits contradict each other: ${broken[1]} does not hold`);
}

assertLimits(limits);
