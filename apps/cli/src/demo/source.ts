import { costlyMixSource } from '../workload/costly-mix.ts';
import { hotKeySource } from '../workload/hot-key.ts';
import { orderSource } from '../workload/orders.ts';
import { replaySource } from '../workload/replay.ts';
import type { RecordSource } from '../workload/source.ts';
import type { DemoOptions } from './options.ts';

/** Mean records/s unless asked for otherwise: two cores can process the peaks of either load with all else. */
const BUILT_IN_MEAN = 500;
const REPLAY_MEAN = 150;
const COSTLY_MIX_MEAN = 200;
const HOT_KEY_MEAN = 250;
/** Of all records; at its peak the hot partition just fits the largest worker. */
const HOT_SHARE = 0.2;
const BURST = {
  everyMs: 90_000,
  minDurationMs: 5000,
  maxDurationMs: 12_000,
  minHeight: 0.1,
  maxHeight: 0.35,
};

/**
 * Records of the run: the built-in load, or a replayed file.
 * @throws {CsvError} with file, line, column and value.
 */
export function demoSource(options: DemoOptions, warn: (warning: string) => void): RecordSource {
  const { seed, partitions, replay, meanRecordsPerSec } = options;
  if (options.scenario === 'costly-mix') {
    return costlyMixSource({ seed, partitions, meanRecordsPerSec: meanRecordsPerSec ?? COSTLY_MIX_MEAN });
  }
  if (options.scenario === 'hot-key') {
    return hotKeySource({ seed, partitions, meanRecordsPerSec: meanRecordsPerSec ?? HOT_KEY_MEAN });
  }
  if (replay === undefined) {
    return orderSource({
      seed,
      partitions,
      meanRecordsPerSec: meanRecordsPerSec ?? BUILT_IN_MEAN,
      hotShare: HOT_SHARE,
      burst: BURST,
    });
  }
  const source = replaySource({
    ...replay,
    seed,
    partitions,
    meanRecordsPerSec: meanRecordsPerSec ?? REPLAY_MEAN,
  });
  for (const warning of source.warnings) warn(`${replay.file}: ${warning}`);
  return source;
}
