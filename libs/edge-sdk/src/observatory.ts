import {
  type AnnouncedEvent,
  type Estimate,
  type LoadForecast,
  type LoadSample,
  type PartitionKey,
  parsePartitionKey,
  type Scorecard,
} from '@foreshadow/domain';
import { featureRecords, ForecastEngine, type ForecastEngineOptions } from '@foreshadow/forecast';
import type { ModelState, PartitionFeedback, PartitionScores } from '@foreshadow/protocol';
import type { Failures } from './failures.ts';
import { exchangeOf, type ModelExchange } from './model-exchange.ts';
import { RatioTracker } from './ratio.ts';

interface PartitionEntry {
  readonly ratios: RatioTracker;
  feedback: PartitionFeedback | undefined;
  forecast: LoadForecast | undefined;
  /** Ticks that its forecaster has seen; without end where it goes on from a state. */
  ticks: number;
}

/** A forecaster that saw no more than this knows less than the fleet. */
const YOUNG_TICKS = 10;

/** Samples in, forecasts out: the forecasters and ratios of all partitions. One that fails disturbs no other. */
export class Observatory {
  readonly #engine: ForecastEngine;
  readonly #exchange: ModelExchange;
  readonly #failures: Failures;
  readonly #probed: (partition: PartitionKey) => Estimate | undefined;
  readonly #partitions = new Map<PartitionKey, PartitionEntry>();

  /** @param probed work per record as probes measure it, smoothed; it goes before what workers measured */
  constructor(
    options: ForecastEngineOptions,
    failures: Failures,
    probed: (partition: PartitionKey) => Estimate | undefined = () => undefined,
  ) {
    this.#probed = probed;
    this.#engine = new ForecastEngine(options);
    this.#exchange = exchangeOf(this.#engine);
    this.#failures = failures;
  }

  /** Take the samples of a tick in; gives the forecasts that are based on it. */
  observe(samples: readonly LoadSample[]): LoadForecast[] {
    return samples.flatMap((sample) => {
      const forecast = this.#failures.guard('a forecast failed', () => this.#observeOne(sample));
      return forecast === undefined ? [] : [forecast];
    });
  }

  forecast(partition: PartitionKey): LoadForecast | undefined {
    return this.#partitions.get(partition)?.forecast;
  }

  forecasts(): LoadForecast[] {
    return [...this.#partitions.values()].flatMap(({ forecast }) =>
      forecast === undefined ? [] : [forecast],
    );
  }

  partitions(): PartitionKey[] {
    return [...this.#partitions.keys()];
  }

  scorecard(partition: PartitionKey): Scorecard | undefined {
    return this.#partitions.has(partition) ? this.#engine.scorecard(partition) : undefined;
  }

  feedback(partition: PartitionKey): PartitionFeedback | undefined {
    return this.#partitions.get(partition)?.feedback;
  }

  /** Feedback on partitions that have no sample yet is of no use and is left out: it would fill memory. */
  applyFeedback(feedback: readonly PartitionFeedback[]): void {
    for (const of of feedback) {
      const entry = this.#partitions.get(of.partition);
      if (entry !== undefined) entry.feedback = of;
    }
  }

  /** What the partition's forecaster says of itself; `undefined` before its first forecast. */
  scores(partition: PartitionKey): PartitionScores | undefined {
    const forecast = this.forecast(partition);
    if (forecast === undefined) return undefined;
    const { horizons, experts } = this.#engine.scorecard(partition);
    const { features, ...why } = this.#exchange.explain(partition);
    const told = { ...why, features: featureRecords(features) };
    return { partition, atMs: forecast.issuedAtMs, horizons, experts, ...told };
  }

  saveState(partition: PartitionKey): ModelState | undefined {
    const forecast = this.forecast(partition);
    if (forecast === undefined) return undefined;
    return { partition, atMs: forecast.issuedAtMs, state: this.#engine.saveState(partition) };
  }

  /** Go on from a state, unless the partition has evidence of its own. Gives the reason if it does not. */
  offerState({ partition, state }: ModelState): string | undefined {
    if (this.#engine.forecast(partition)?.warmingUp === false)
      return 'the forecaster has evidence of its own';
    return this.#failures.reasonOf('the state could not be loaded', () => {
      this.#engine.loadState(partition, state);
      this.#entry(partition).ticks = Infinity;
    });
  }

  /** Infer with a new network from now on; the one before stays where it cannot. Gives the reason then. */
  takeNetwork(stream: string, bytes: Uint8Array): string | undefined {
    return this.#failures.reasonOf('the network cannot be run', () =>
      this.#exchange.setNetwork(stream, bytes),
    );
  }

  /** Let partitions that begin without evidence begin with a prior. Gives the reason if it cannot be used. */
  takePrior(stream: string, bytes: Uint8Array): string | undefined {
    return this.#failures.reasonOf('the prior cannot be used', () => {
      this.#exchange.importPrior(stream, bytes);
      this.#beginAnew(stream);
    });
  }

  /** Gives the reason if the events cannot be used. */
  takeEvents(stream: string, events: readonly AnnouncedEvent[]): string | undefined {
    return this.#failures.reasonOf('the events cannot be used', () =>
      this.#exchange.announce(stream, events),
    );
  }

  /** A prior serves new partitions: those that saw next to nothing yet become new again. */
  #beginAnew(stream: string): void {
    for (const [partition, entry] of this.#partitions) {
      if (parsePartitionKey(partition).stream !== stream || entry.ticks > YOUNG_TICKS) continue;
      this.#engine.remove(partition);
    }
  }

  #observeOne(sample: LoadSample): LoadForecast | undefined {
    const { partition, atMs } = sample;
    const entry = this.#entry(partition);
    entry.ratios.observe(sample);
    entry.ticks += 1;
    this.#engine.observe(partition, atMs, sample.recordsPerSec?.value);
    const issued = this.#engine.forecast(partition);
    if (issued === undefined) return undefined;
    const { issuedAtMs, path, leadingExpert, warmingUp } = issued;
    const ratios = entry.ratios.ratios(this.#probed(partition) ?? workOf(entry));
    entry.forecast = { partition, issuedAtMs, path, ratios, leadingExpert, warmingUp };
    return entry.forecast;
  }

  #entry(partition: PartitionKey): PartitionEntry {
    const known = this.#partitions.get(partition);
    if (known !== undefined) return known;
    const entry = { ratios: new RatioTracker(), feedback: undefined, forecast: undefined, ticks: 0 };
    this.#partitions.set(partition, entry);
    return entry;
  }
}

function workOf(entry: PartitionEntry): Estimate | undefined {
  return entry.feedback?.workPerRecord;
}
