import { Xoshiro128 } from '@foreshadow/domain';
import { demoShape, mixSeed, poisson } from '@foreshadow/testkit';
import { linesOf, OrderMaker } from './orders.ts';
import type { RecordSource } from './source.ts';

/** From then on, and for so long, one customer orders more than the largest worker keeps up with. */
const HOT_FROM_MS = 60_000;
const HOT_FOR_MS = 40_000;
const HOT_RECORDS_PER_SEC = 300;
/** Salt of the seed for how many the hot customer orders. */
const HOT = 103;

export interface HotKeyOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly meanRecordsPerSec: number;
}

/** The built-in load, with one customer of the hot partition that orders like all others together for a minute. */
export function hotKeySource(options: HotKeyOptions): RecordSource {
  const shape = demoShape(options);
  const maker = new OrderMaker(options.seed, shape.partitions);
  const rng = new Xoshiro128(mixSeed(options.seed, HOT));
  const { customer } = new OrderMaker(options.seed, shape.partitions).make(shape.hotPartition, 0);
  return {
    keyField: 'customer',
    durationMs: undefined,
    due(fromMs, toMs, nowMs) {
      const lines = linesOf(shape, fromMs, toMs, (partition) => maker.make(partition, nowMs));
      const hotMs = Math.min(toMs, HOT_FROM_MS + HOT_FOR_MS) - Math.max(fromMs, HOT_FROM_MS);
      const hot = hotMs > 0 ? poisson(rng, (HOT_RECORDS_PER_SEC * hotMs) / 1000) : 0;
      for (let i = 0; i < hot; i++) {
        lines.push(JSON.stringify({ ...maker.make(shape.hotPartition, nowMs), customer }));
      }
      return lines;
    },
  };
}
