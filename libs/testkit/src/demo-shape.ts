import { FsError, Xoshiro128 } from '@foreshadow/domain';
import { type BurstOptions, burstFactor } from './bursts.ts';
import { mixSeed } from './hash.ts';
import { CELLS_PER_SEC, cellMiddleMs, countBetween, type LoadShape } from './load-shape.ts';
import { poisson } from './poisson.ts';
import { zipfShares } from './zipf.ts';

export interface DemoShapeOptions {
  readonly seed: number;
  readonly partitions: number;
  /** Mean of the whole stream without bursts. */
  readonly meanRecordsPerSec: number;
  /** Periods of the seasons, strongest first. */
  readonly seasonsMs?: readonly number[];
  /** Amplitude of each season as a share of the mean; together below 1. */
  readonly amplitudes?: readonly number[];
  readonly burst?: BurstOptions;
  /** Share of the stream that goes to the hot partition; ignored with a single partition. */
  readonly hotShare?: number;
  /** Skew of the other partitions. */
  readonly zipfExponent?: number;
}

/** Load of the demo, with what is known about it. */
export interface DemoShape extends LoadShape {
  readonly hotPartition: number;
  /** Share of each partition in the stream; sums to 1. */
  readonly shares: Float64Array;
}

const DEFAULT_BURST: BurstOptions = {
  everyMs: 60_000,
  minDurationMs: 5_000,
  maxDurationMs: 15_000,
  minHeight: 0.2,
  maxHeight: 0.6,
};

/** What distinguishes the random streams that are drawn from one seed. */
const SALT = { hot: 1, phase: 2, burst: 3, count: 4, deal: 5 } as const;

/**
 * A load with seasons, Poisson noise, bursts, Zipf-skewed partitions and one hot partition.
 * Rate = mean × share × (1 + Σ amplitude × sin) × bursts; counts are Poisson per cell of 100 ms.
 * @throws {FsError} `INVALID_ARGUMENT` naming the option and its range.
 */
export function demoShape(options: DemoShapeOptions): DemoShape {
  const { seed, partitions, meanRecordsPerSec } = options;
  const seasonsMs = options.seasonsMs ?? [90_000, 30_000];
  const amplitudes = options.amplitudes ?? seasonsMs.map((_, i) => (i === 0 ? 0.45 : 0.2));
  check(options, seasonsMs, amplitudes);
  const burst = options.burst ?? DEFAULT_BURST;
  const hotPartition = mixSeed(seed, SALT.hot) % partitions;
  const shares = partitionShares(options, hotPartition);
  const phases = seasonsMs.map((_, i) => new Xoshiro128(mixSeed(seed, SALT.phase, i)).next());
  const burstSeed = mixSeed(seed, SALT.burst);

  const rateAt = (partition: number, atMs: number): number => {
    const wave = seasonsMs.reduce(
      (sum, seasonMs, i) => sum + amplitudes[i]! * Math.sin(2 * Math.PI * (atMs / seasonMs + phases[i]!)),
      1,
    );
    return meanRecordsPerSec * (shares[partition] ?? 0) * wave * burstFactor(burstSeed, burst, atMs);
  };
  const cellCount = (partition: number, cell: number): number => {
    const rng = new Xoshiro128(mixSeed(seed, SALT.count, partition, cell));
    return poisson(rng, rateAt(partition, cellMiddleMs(cell)) / CELLS_PER_SEC);
  };
  const recordsIn = (partition: number, fromMs: number, toMs: number): number =>
    countBetween(cellCount, partition, fromMs, toMs);
  return { partitions, hotPartition, shares, rateAt, recordsIn };
}

/** The hot partition has its share; the others share the rest by Zipf's law, dealt out at random. */
function partitionShares(options: DemoShapeOptions, hotPartition: number): Float64Array {
  const { seed, partitions, hotShare = 0.3, zipfExponent = 0.5 } = options;
  if (partitions === 1) return Float64Array.of(1);
  const others = zipfShares(partitions - 1, zipfExponent);
  const order = Array.from({ length: partitions }, (_, p) => p)
    .filter((p) => p !== hotPartition)
    .sort((a, b) => mixSeed(seed, SALT.deal, a) - mixSeed(seed, SALT.deal, b));
  const shares = new Float64Array(partitions);
  shares[hotPartition] = hotShare;
  for (const [rank, partition] of order.entries()) shares[partition] = (1 - hotShare) * others[rank]!;
  return shares;
}

function check(options: DemoShapeOptions, seasonsMs: readonly number[], amplitudes: readonly number[]): void {
  const { partitions, meanRecordsPerSec, hotShare = 0.3 } = options;
  const fail = (message: string): never => {
    throw new FsError('INVALID_ARGUMENT', message);
  };
  if (!Number.isInteger(partitions) || partitions < 1) {
    fail(`partitions: a positive integer; got ${partitions}`);
  }
  if (!Number.isFinite(meanRecordsPerSec) || meanRecordsPerSec < 0) {
    fail(`meanRecordsPerSec: finite and ≥ 0; got ${meanRecordsPerSec}`);
  }
  if (!(hotShare >= 0 && hotShare <= 1)) fail(`hotShare: 0 to 1; got ${hotShare}`);
  if (seasonsMs.some((s) => !(s > 0))) fail(`seasonsMs: each above 0; got ${JSON.stringify(seasonsMs)}`);
  const swing = amplitudes.reduce((a, b) => a + Math.abs(b), 0);
  if (amplitudes.length !== seasonsMs.length || !(swing < 1)) {
    fail(`amplitudes: one a season, together below 1; got ${JSON.stringify(amplitudes)}`);
  }
}
