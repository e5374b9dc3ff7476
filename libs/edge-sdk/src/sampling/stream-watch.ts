import type { Estimate, LoadSample, RateReason, SamplerReport, SamplingReport } from '@foreshadow/domain';
import {
  AdaptiveSampling,
  HotKeyNames,
  SKIP_KINDS,
  type ShadowStats,
  type ShadowTap,
  SizeQuantiles,
} from '@foreshadow/shadow';
import type { EdgeStreamOptions } from '../options.ts';
import { makingOf, type TapCosts } from './tap-costs.ts';

const QUANTILES = [0.5, 0.9, 0.99];

type Counts = Pick<ShadowStats, 'kept' | 'dropped'>;

const NONE: Counts = { kept: 0, dropped: 0 };

/** What one stream's tap did since the last report, and, where the stream has a budget, the rates of its next tick. */
export class StreamWatch {
  readonly #stream: EdgeStreamOptions;
  readonly #making: string;
  readonly #tap: ShadowTap;
  readonly #costs: TapCosts;
  readonly #adaptive: AdaptiveSampling | undefined;
  readonly #sizes = new SizeQuantiles();
  readonly #hotKeys = new HotKeyNames();
  #samples: readonly LoadSample[] = [];
  #isKeyed = true;
  #reason: RateReason = 'NOTHING_MEASURED';
  /** Of ticks whose cost is known. */
  #measured = { records: 0, tapMs: 0, pathMs: 0 };
  #spanMs = 0;
  #before: {
    readonly offered: number;
    readonly main: Counts;
    readonly shadows: Readonly<Record<string, Counts>>;
  } = {
    offered: 0,
    main: NONE,
    shadows: {},
  };

  /** @throws {ShadowError} `INVALID_ARGUMENT` for a budget that is none. */
  constructor(stream: EdgeStreamOptions, tap: ShadowTap, costs: TapCosts) {
    this.#stream = stream;
    this.#making = makingOf(stream);
    this.#tap = tap;
    this.#costs = costs;
    const { overhead, sampler, hotKeys = true } = stream;
    if (hotKeys && SKIP_KINDS.includes(sampler?.kind ?? 'bernoulli')) {
      tap.showKeys((partition, key, weight) => this.#hotKeys.add(partition, key, weight));
    }
    this.#adaptive = overhead === undefined ? undefined : new AdaptiveSampling(tap, overhead);
  }

  set maxRate(rate: number) {
    if (this.#adaptive !== undefined) this.#adaptive.maxRate = rate;
  }

  /** The tick is about to close: its sample is still held. Of whole keys no interval can be told this way. */
  closing(): void {
    if (this.#stream.sampler?.kind === 'keyed') return;
    for (let p = 0; p < this.#stream.partitions; p++) {
      for (const { sizeBytes, weight } of this.#tap.sampledRecords(p)) this.#sizes.add(sizeBytes, weight);
    }
  }

  /** @param pathMs time of the record path in the tick; undefined where it is not measured: the tick's length */
  closed(samples: readonly LoadSample[], pathMs: number | undefined): void {
    this.#samples = samples;
    const { windowMs = 0 } = samples[0] ?? {};
    if (!(windowMs > 0)) return;
    const offered = sum(
      samples.map(({ recordsPerSec, refused }) => (recordsPerSec?.value ?? 0) * (windowMs / 1000) - refused),
    );
    const bytes = sum(samples.map(({ bytesPerSec }) => (bytesPerSec?.value ?? 0) * (windowMs / 1000)));
    if (offered > 0) this.#isKeyed = samples.some(({ distinctKeys }) => (distinctKeys?.value ?? 0) > 0);
    const cost = this.#costs.of(this.#stream, this.#making, this.#isKeyed, offered > 0 ? bytes / offered : 0);
    const path = pathMs ?? windowMs;
    this.#spanMs += windowMs;
    if (cost !== undefined && offered > 0 && path > 0) {
      const kept = sum(samples.map(({ sampled }) => sampled));
      this.#measured.records += offered;
      this.#measured.tapMs += (offered * cost.recordNs + kept * cost.sampleNs) / 1e6;
      this.#measured.pathMs += path;
    }
    if (this.#adaptive !== undefined) this.#reason = this.#adaptive.adapt(samples, cost, path).reason;
  }

  /** What came since the last report. */
  report(atMs: number): SamplingReport {
    const { name, sampler, shadows = [], overhead } = this.#stream;
    const stats = this.#tap.stats();
    const { records, tapMs, pathMs } = this.#measured;
    const before = this.#before;
    const report: SamplingReport = {
      stream: name,
      atMs,
      spanMs: this.#spanMs,
      offered: stats.offered - before.offered,
      ...this.#sampler(sampler?.kind ?? 'bernoulli', (p) => this.#tap.rate(p), stats, before.main),
      recordNs: records > 0 ? (tapMs * 1e6) / records : undefined,
      overheadShare: records > 0 ? tapMs / pathMs : undefined,
      budget: overhead && { share: overhead.overheadShare, reason: this.#reason },
      recordsError: relativeError(this.#samples.map(({ recordsPerSec }) => recordsPerSec)),
      bytesError: relativeError(this.#samples.map(({ bytesPerSec }) => bytesPerSec)),
      distinctKeysError: relativeError(this.#samples.map(({ distinctKeys }) => distinctKeys)),
      sizes: this.#sizes.take(QUANTILES),
      hotKeys: this.#hotKeys.read(atMs),
      shadows: shadows.map((shadow) => ({
        name: shadow.name,
        ...this.#sampler(
          shadow.sampler.kind,
          (p) => this.#tap.shadowRate(shadow.name, p) ?? 0,
          stats.shadows[shadow.name] ?? NONE,
          before.shadows[shadow.name] ?? NONE,
        ),
      })),
    };
    this.#before = { offered: stats.offered, main: stats, shadows: stats.shadows };
    this.#measured = { records: 0, tapMs: 0, pathMs: 0 };
    this.#spanMs = 0;
    return report;
  }

  #sampler(kind: string, rateOf: (partition: number) => number, now: Counts, before: Counts): SamplerReport {
    let [minRate, maxRate] = [1, 0];
    for (let p = 0; p < this.#stream.partitions; p++) {
      minRate = Math.min(minRate, rateOf(p));
      maxRate = Math.max(maxRate, rateOf(p));
    }
    return { kind, minRate, maxRate, kept: now.kept - before.kept, dropped: now.dropped - before.dropped };
  }
}

/** Of the sum of estimates of different partitions, over it; undefined where nothing is known, or there is nothing. */
function relativeError(estimates: readonly (Estimate | undefined)[]): number | undefined {
  const known = estimates.filter((estimate) => estimate !== undefined);
  const total = sum(known.map(({ value }) => value));
  if (!(total > 0)) return undefined;
  return Math.sqrt(sum(known.map(({ standardError }) => standardError ** 2))) / total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
