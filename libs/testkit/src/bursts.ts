import { Xoshiro128 } from '@foreshadow/domain';
import { mixSeed } from './hash.ts';

export interface BurstOptions {
  /** Mean time between the starts of bursts. */
  readonly everyMs: number;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  /** Extra load while it lasts, as a share of the load without it. */
  readonly minHeight: number;
  readonly maxHeight: number;
}

/** Starts in one of two epochs on average, so that epochs of half the mean spacing give the mean spacing. */
const START_PROBABILITY = 0.5;

/**
 * Factor ≥ 1 that bursts put on a load at a time: at random starts, for a random time, by a random height. Pure in
 * `(seed, atMs)`; each epoch draws its own burst, which may reach into the next epoch.
 */
export function burstFactor(seed: number, options: BurstOptions, atMs: number): number {
  if (options.everyMs <= 0) return 1;
  const epochMs = options.everyMs * START_PROBABILITY;
  const epoch = Math.floor(atMs / epochMs);
  const reach = Math.ceil(options.maxDurationMs / epochMs);
  let factor = 1;
  for (let e = Math.max(0, epoch - reach); e <= epoch; e++) {
    factor += heightIn(seed, options, e, epochMs, atMs);
  }
  return factor;
}

function heightIn(seed: number, o: BurstOptions, epoch: number, epochMs: number, atMs: number): number {
  const rng = new Xoshiro128(mixSeed(seed, epoch));
  if (rng.next() >= START_PROBABILITY) return 0;
  const startMs = (epoch + rng.next()) * epochMs;
  const durationMs = o.minDurationMs + rng.next() * (o.maxDurationMs - o.minDurationMs);
  const height = o.minHeight + rng.next() * (o.maxHeight - o.minHeight);
  return atMs >= startMs && atMs < startMs + durationMs ? height : 0;
}
