/** One entry of a stream. */
export interface StreamRecord {
  /** Routing key; records of one key keep their order. `undefined`: any partition. */
  readonly key: string | undefined;
  readonly value: Uint8Array;
  /** Event time, milliseconds since the Unix epoch. */
  readonly timestampMs: number;
}

/** A record as read from a log: with its place in its partition. Positions start at 0 and have no gaps. */
export interface PositionedRecord extends StreamRecord {
  readonly position: number;
}
