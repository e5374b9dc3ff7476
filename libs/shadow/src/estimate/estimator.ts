import type { Estimate } from '@foreshadow/domain';
import { estimateCount, perSecond, ratioTotal } from '../estimators.ts';
import { type SamplerKind, sampleDesign } from '../sampler.ts';
import type { SampleSink, ShadowTick } from '../sink.ts';
import { clusterTotal, horvitzThompson } from '../weighted.ts';
import type { ClassLoad, HotKey, ShadowReport } from './shadow-report.ts';
import { SizeQuantiles } from './size-quantiles.ts';
import { SpaceSaving } from './space-saving.ts';

export interface ShadowEstimatorOptions {
  readonly partitions: number;
  /** The sampler that the records come from; it says how their errors hang together. */
  readonly kind: SamplerKind;
  /** Whether ticks carry exact counts (an inline tap), or rates too have to come from the sample. Default true. */
  readonly exact?: boolean;
  /** Quantiles of size to report. Default 0.5, 0.9, 0.99. */
  readonly quantiles?: readonly number[];
  /** Frequent keys to report. Default 10; 0 for none. */
  readonly hotKeys?: number;
  /** Samples taken a partition and tick; those beyond count as dropped. Default 16 384. */
  readonly maxSamples?: number;
  readonly onReport: (report: ShadowReport) => void;
}

interface Sample {
  readonly weight: number;
  readonly sizeBytes: number;
  readonly costClass: number;
  readonly keyHash: readonly [number, number] | undefined;
}

/** Counters for each hot key asked for: what is displaced is light then. */
const COUNTERS_PER_KEY = 8;
/** Half of the weight of hot keys lies in the last 60 ticks. */
const DECAY = 2 ** (-1 / 60);

/**
 * Turns the samples of a shadow stream into reports, one a partition and tick: a sink to give to a tap, or to read a ring
 * with on another thread. Rates and totals are of the ratio form where the tap counted exactly, else Horvitz–Thompson's.
 */
export class ShadowEstimator implements SampleSink {
  readonly #options: Required<ShadowEstimatorOptions>;
  readonly #samples: Sample[][];
  readonly #hot: SpaceSaving<readonly [number, number]>[];
  readonly #sizes = new SizeQuantiles();

  constructor(options: ShadowEstimatorOptions) {
    const defaults = { exact: true, quantiles: [0.5, 0.9, 0.99], hotKeys: 10, maxSamples: 16_384 };
    this.#options = { ...defaults, ...options };
    const { partitions, hotKeys } = this.#options;
    this.#samples = Array.from({ length: partitions }, () => []);
    this.#hot = Array.from(
      { length: partitions },
      () => new SpaceSaving(COUNTERS_PER_KEY * Math.max(1, hotKeys)),
    );
  }

  sample(
    partition: number,
    weight: number,
    sizeBytes: number,
    costClass: number,
    hash: Int32Array | undefined,
  ): boolean {
    const samples = this.#samples[partition];
    if (samples === undefined || samples.length >= this.#options.maxSamples) return false;
    const keyHash = hash === undefined ? undefined : ([hash[0]!, hash[1]!] as const);
    samples.push({ weight, sizeBytes, costClass, keyHash });
    return true;
  }

  tick(tick: ShadowTick): void {
    const { partition } = tick;
    const taken = this.#samples[partition];
    if (taken === undefined) return;
    this.#samples[partition] = [];
    const samples = completed(taken, tick.sampled);
    this.#options.onReport(this.#report(tick, samples));
  }

  #report(tick: ShadowTick, samples: readonly Sample[]): ShadowReport {
    const { partition, atMs, windowMs, sampled } = tick;
    const hotKeys = this.#hotKeys(partition, samples);
    const about = { partition, atMs, windowMs, sampled, dropped: Math.max(0, sampled - samples.length) };
    for (const { weight, sizeBytes } of samples) this.#sizes.add(sizeBytes, weight);
    const sizes = this.#sizes.take(this.#options.quantiles);
    const distinctKeys = this.#distinctKeys(samples);
    // The clock went back, or stood: no rate can be told.
    if (!(windowMs > 0 && Number.isFinite(windowMs))) {
      return {
        ...about,
        recordsPerSec: undefined,
        bytesPerSec: undefined,
        sizes,
        classes: [],
        distinctKeys,
        hotKeys,
      };
    }
    const records = this.#records(tick, samples);
    const bytes = this.#bytes(tick, samples, records);
    return {
      ...about,
      recordsPerSec: perSecond(records, windowMs),
      bytesPerSec: bytes && perSecond(bytes, windowMs),
      sizes,
      classes: classLoads(samples, records, windowMs),
      distinctKeys,
      hotKeys,
    };
  }

  #records({ records, refused, sampled }: ShadowTick, samples: readonly Sample[]): Estimate {
    const { kind, exact } = this.#options;
    if (exact) return { value: records + refused, standardError: 0 };
    const { value, standardError } =
      kind === 'keyed'
        ? clustered(samples, () => 1)
        : kind === 'reservoir' || kind === 'priority'
          ? { value: records, standardError: 0 }
          : estimateCount(sampled, sampleDesign(kind, 1 / (samples[0]?.weight ?? 1)));
    return { value: value + refused, standardError };
  }

  #bytes(
    { bytes, refused }: ShadowTick,
    samples: readonly Sample[],
    records: Estimate,
  ): Estimate | undefined {
    const { kind, exact } = this.#options;
    if (exact && refused === 0) return { value: bytes, standardError: 0 };
    if (kind === 'keyed' && !exact) return clustered(samples, ({ sizeBytes }) => sizeBytes);
    if (kind === 'priority' && !exact) return horvitzThompson(values(samples, ({ sizeBytes }) => sizeBytes));
    return ratioTotal(
      values(samples, ({ sizeBytes }) => sizeBytes),
      records,
    );
  }

  /** Keys of the sample over the share of keys that it has: each key is taken with probability π. */
  #distinctKeys(samples: readonly Sample[]): Estimate | undefined {
    if (this.#options.kind !== 'keyed') return undefined;
    const keys = new Map<string, number>();
    for (const { keyHash, weight } of samples) if (keyHash !== undefined) keys.set(keyHash.join(), weight);
    return horvitzThompson([...keys.values()].map((weight) => ({ weight, value: 1 })));
  }

  #hotKeys(partition: number, samples: readonly Sample[]): HotKey[] {
    const hot = this.#hot[partition]!;
    if (this.#options.hotKeys === 0) return [];
    hot.decay(DECAY);
    for (const { keyHash, weight } of samples)
      if (keyHash !== undefined) hot.add(keyHash.join(), keyHash, weight);
    const { total } = hot;
    return hot.top(this.#options.hotKeys).map(({ key, weight, overcount, variance }) => ({
      keyHash: key,
      share: {
        value: weight / total,
        standardError: Math.sqrt(variance * Math.max(0, 1 - weight / total)) / total,
      },
      overcount: overcount / total,
    }));
  }
}

/** Samples that came through stand for those that did not. */
function completed(taken: readonly Sample[], sampled: number): readonly Sample[] {
  if (taken.length === 0 || sampled <= taken.length) return taken;
  const factor = sampled / taken.length;
  return taken.map((sample) => ({ ...sample, weight: sample.weight * factor }));
}

function values(
  samples: readonly Sample[],
  valueOf: (sample: Sample) => number,
): { weight: number; value: number }[] {
  return samples.map((sample) => ({ weight: sample.weight, value: valueOf(sample) }));
}

function clustered(samples: readonly Sample[], valueOf: (sample: Sample) => number): Estimate {
  return clusterTotal(
    samples.map((sample, i) => {
      const { keyHash, weight } = sample;
      return { key: keyHash?.join() ?? `#${i}`, weight, value: valueOf(sample) };
    }),
  );
}

function classLoads(samples: readonly Sample[], records: Estimate, windowMs: number): ClassLoad[] {
  const classes = [...new Set(samples.map(({ costClass }) => costClass))].sort((a, b) => a - b);
  return classes.map((costClass) => {
    const total = (valueOf: (sample: Sample) => number): Estimate => {
      const own = values(samples, (sample) => (sample.costClass === costClass ? valueOf(sample) : 0));
      return perSecond(ratioTotal(own, records)!, windowMs);
    };
    return { costClass, recordsPerSec: total(() => 1), bytesPerSec: total(({ sizeBytes }) => sizeBytes) };
  });
}
