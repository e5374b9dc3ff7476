/** Where records are shown: a `StreamTap` of the edge, or a `ShadowTap` on its own. */
export interface RecordTap {
  offer(partition: number, key: string | Uint8Array | undefined, sizeBytes: number, costClass?: number): void;
  refuse(partition: number, count: number): void;
}

/** A record that passes, as far as the tap wants to know it. */
export interface SeenRecord {
  readonly partition: number;
  readonly key?: string | undefined;
  readonly sizeBytes: number;
  readonly costClass?: number;
}

/** None where what passes is no record. */
export type SeenRecords = readonly SeenRecord[] | SeenRecord | undefined;

/**
 * What became of records: offered where they were taken, refused where not, which is demand all the same. Never throws.
 */
export function report(tap: RecordTap, recordsOf: () => SeenRecords, isTaken: boolean): void {
  try {
    const seen = recordsOf();
    if (seen === undefined) return;
    for (const { partition, key, sizeBytes, costClass } of 'length' in seen ? seen : [seen]) {
      if (isTaken) tap.offer(partition, key, sizeBytes, costClass);
      else tap.refuse(partition, 1);
    }
  } catch {
    // A description of records that fails must not fail the records. The tap counts it: there is no such partition.
    tap.offer(NaN, undefined, 0);
  }
}
