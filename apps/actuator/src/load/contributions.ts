import type { LoadForecast, LoadSample } from '@foreshadow/domain';
import { presentSample } from './combine.ts';

/** A forecast that many ticks older than another edge's is late; ticks of edges are not in step. */
const LATE_TICKS = 2.5;

interface Contribution {
  sample: LoadSample | undefined;
  forecast: LoadForecast | undefined;
  /** Monotonic time of the newest sample or forecast. */
  seenMs: number;
}

/**
 * What each edge last said of one partition. Edges see parts of it: their loads are summed. A contribution counts
 * while its session lasts and it is not silent; a successor is never counted beside it.
 */
export class Contributions {
  readonly #byNode = new Map<string, Contribution>();
  readonly #tickMs: number;
  readonly #silentMs: number;

  /** @param silentMs after so long without a word an edge counts as silent. */
  constructor(tickMs: number, silentMs: number) {
    this.#tickMs = tickMs;
    this.#silentMs = silentMs;
  }

  putSample(nodeId: string, sample: LoadSample, monotonicMs: number): void {
    const contribution = this.#of(nodeId);
    contribution.sample = sample;
    contribution.seenMs = monotonicMs;
  }

  putForecast(nodeId: string, forecast: LoadForecast, monotonicMs: number): void {
    const contribution = this.#of(nodeId);
    contribution.forecast = forecast;
    contribution.seenMs = Math.max(contribution.seenMs, monotonicMs);
  }

  /** The session of an edge ended, and with it what it said. True if it had said anything. */
  end(nodeId: string): boolean {
    return this.#byNode.delete(nodeId);
  }

  /** Edges that are not silent. */
  liveNodes(monotonicMs: number): string[] {
    const live: string[] = [];
    for (const [nodeId, c] of this.#byNode) if (this.#isLive(c, monotonicMs)) live.push(nodeId);
    return live;
  }

  /** Records/s of each edge that is not silent; 0 where they are missing. */
  shares(monotonicMs: number): Map<string, number> {
    const live = [...this.#byNode].filter(([, c]) => this.#isLive(c, monotonicMs));
    return new Map(live.map(([nodeId, c]) => [nodeId, c.sample?.recordsPerSec?.value ?? 0]));
  }

  /**
   * Sum of the newest samples of the edges that are not silent.
   * @param lastRecordsPerSec sum of the last whole tick, where it is known
   */
  sample(monotonicMs: number, lastRecordsPerSec: number | undefined): LoadSample | undefined {
    const samples = this.#live(monotonicMs, (c) => c.sample);
    return presentSample([...samples.values()], this.#tickMs, lastRecordsPerSec);
  }

  /** Newest forecasts of the edges that keep up with the others: one that falls behind may be about to be silent. */
  forecasts(monotonicMs: number): ReadonlyMap<string, LoadForecast> {
    const forecasts = this.#live(monotonicMs, (c) => c.forecast);
    const newestMs = Math.max(...[...forecasts.values()].map((f) => f.issuedAtMs));
    const lateMs = newestMs - LATE_TICKS * this.#tickMs;
    return new Map([...forecasts].filter(([, f]) => f.issuedAtMs >= lateMs));
  }

  #live<T>(monotonicMs: number, of: (c: Contribution) => T | undefined): Map<string, T> {
    const found = new Map<string, T>();
    for (const [nodeId, contribution] of this.#byNode) {
      const value = this.#isLive(contribution, monotonicMs) ? of(contribution) : undefined;
      if (value !== undefined) found.set(nodeId, value);
    }
    return found;
  }

  #isLive(contribution: Contribution, monotonicMs: number): boolean {
    return monotonicMs - contribution.seenMs <= this.#silentMs;
  }

  #of(nodeId: string): Contribution {
    let contribution = this.#byNode.get(nodeId);
    if (contribution === undefined) {
      contribution = { sample: undefined, forecast: undefined, seenMs: -Infinity };
      this.#byNode.set(nodeId, contribution);
    }
    return contribution;
  }
}
