/** What a new version gets from outside: its place in the one order, and the moment. */
export interface RecordStamp {
  readonly sequence: number;
  readonly nowMs: number;
}
