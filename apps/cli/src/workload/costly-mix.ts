import { Xoshiro128 } from '@foreshadow/domain';
import { demoShape, mixSeed } from '@foreshadow/testkit';
import { linesOf, OrderMaker } from './orders.ts';
import type { RecordSource } from './source.ts';

/** From then on a share of the orders costs many times as much, at the same rate. */
export const MIX_CHANGES_AFTER_MS = 90_000;
const COSTLY_SHARE = 0.1;
const COSTLY_CHECKS = 20;
/** Salt of the seed for which orders are costly. */
const COSTLY = 102;
const NO_BURST = { everyMs: 60_000, minDurationMs: 5000, maxDurationMs: 5000, minHeight: 0, maxHeight: 0 };

export interface CostlyMixOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly meanRecordsPerSec: number;
}

/** Orders at a rate that is steady but for noise, whose mix changes after a while: one in ten begins to cost 20 times as much. */
export function costlyMixSource(options: CostlyMixOptions): RecordSource {
  const shape = demoShape({ ...options, amplitudes: [0.02, 0.01], burst: NO_BURST });
  const maker = new OrderMaker(options.seed, shape.partitions);
  const rng = new Xoshiro128(mixSeed(options.seed, COSTLY));
  return {
    keyField: 'customer',
    durationMs: undefined,
    due(fromMs, toMs, nowMs) {
      const isChanged = fromMs >= MIX_CHANGES_AFTER_MS;
      return linesOf(shape, fromMs, toMs, (partition) => {
        const isCostly = isChanged && rng.next() < COSTLY_SHARE;
        return maker.make(partition, nowMs, isCostly ? COSTLY_CHECKS : undefined);
      });
    },
  };
}
