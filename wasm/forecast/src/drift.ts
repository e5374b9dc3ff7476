/** Flags that `driftUpdate` adds up. */
export const DRIFT_FLAGS = { pageHinkley: 1, adwin: 2, down: 4, bias: 8 } as const;

/** The last alarm of a block of drift detectors. */
export interface DriftAlarm {
  /** Errors that the block had seen, this one included. */
  readonly step: number;
  readonly detectors: readonly ('page-hinkley' | 'adwin')[];
  /** What changed: the mean size of the errors, or their mean. */
  readonly of: 'size' | 'mean';
  readonly direction: 'up' | 'down';
  /** Errors since the estimated time of the change. */
  readonly since: number;
  /** Mean before and after the change, in units of the mean size of the block's first errors. */
  readonly before: number;
  readonly after: number;
}

/** Read the last alarm from a block's bytes; undefined where there was none. */
export function decodeDrift(block: DataView): DriftAlarm | undefined {
  const flags = block.getInt32(140, true);
  if (flags === 0) return undefined;
  const detectors: DriftAlarm['detectors'][number][] = [];
  if ((flags & DRIFT_FLAGS.pageHinkley) !== 0) detectors.push('page-hinkley');
  if ((flags & DRIFT_FLAGS.adwin) !== 0) detectors.push('adwin');
  return {
    step: block.getInt32(136, true),
    detectors,
    of: (flags & DRIFT_FLAGS.bias) !== 0 ? 'mean' : 'size',
    direction: (flags & DRIFT_FLAGS.down) !== 0 ? 'down' : 'up',
    since: block.getFloat64(144, true),
    before: block.getFloat64(152, true),
    after: block.getFloat64(160, true),
  };
}
