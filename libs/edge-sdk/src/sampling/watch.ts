import type { LoadSample, SamplingReport } from '@foreshadow/domain';
import type { SamplingWatch, WatchedTap } from '../options.ts';
import { StreamWatch } from './stream-watch.ts';
import { TapCosts } from './tap-costs.ts';

export interface WatchOptions {
  /**
   * Milliseconds that a stream's record path was at work since it was asked last, what the tap takes included; where it is
   * not known, shares are of the tick's length.
   */
  readonly pathMs?: (stream: string) => number | undefined;
}

const REPORT_INTERVAL_MS = 5000;

/**
 * Watches how an edge samples: what that costs, what it keeps and drops, and how far off it may be; and holds streams with
 * a budget (`overhead`) to it. Everything happens between ticks.
 *
 * @example
 * new ForeshadowEdge({ …, streams: [{ name: 'orders', partitions: 8, overhead: { overheadShare: 0.05, floorSamples: 30 } }],
 *   sampling: watchSampling() });
 */
export function watchSampling(
  options: WatchOptions = {},
): (taps: readonly WatchedTap[], monotonicMs: () => number) => SamplingWatch {
  return (taps, monotonicMs) => new AllStreamsWatch(taps, monotonicMs, options);
}

class AllStreamsWatch implements SamplingWatch {
  readonly #costs: TapCosts;
  readonly #watches: readonly {
    readonly name: string;
    readonly partitions: number;
    readonly watch: StreamWatch;
  }[];
  readonly #pathMs: (stream: string) => number | undefined;
  #spanMs = 0;
  #reports: readonly SamplingReport[] = [];
  intervalMs = REPORT_INTERVAL_MS;

  constructor(
    taps: readonly WatchedTap[],
    monotonicMs: () => number,
    { pathMs = () => undefined }: WatchOptions,
  ) {
    this.#costs = new TapCosts(monotonicMs);
    this.#pathMs = pathMs;
    this.#watches = taps.map(({ stream, tap }) => {
      const watch = new StreamWatch(stream, tap, this.#costs);
      return { name: stream.name, partitions: stream.partitions, watch };
    });
  }

  get reports(): readonly SamplingReport[] {
    return this.#reports;
  }

  set maxRate(rate: number) {
    for (const { watch } of this.#watches) watch.maxRate = rate;
  }

  closing(): void {
    for (const { watch } of this.#watches) watch.closing();
  }

  closed(samples: readonly LoadSample[], atMs: number, windowMs: number): readonly SamplingReport[] {
    this.#costs.tick();
    let from = 0;
    for (const { name, partitions, watch } of this.#watches) {
      watch.closed(samples.slice(from, from + partitions), this.#pathMs(name));
      from += partitions;
    }
    if (!(windowMs > 0)) return [];
    this.#spanMs += windowMs;
    if (this.#spanMs < this.intervalMs) return [];
    this.#spanMs = 0;
    this.#reports = this.#watches.map(({ watch }) => watch.report(atMs));
    return this.#reports;
  }
}
