import {
  type AnnouncedEvent,
  parsePartitionKey,
  type PartitionKey,
  type Scorecard,
} from '@foreshadow/domain';
import type { Variant } from '@foreshadow/wasm-forecast';
import { UTC, type ZoneClock, zoneClock } from './calendar.ts';
import { MOST_UPSTREAM } from './covariates.ts';
import { ForecastError } from './errors.ts';
import { type Combination, ForecastKernel } from './kernel.ts';
import { type Level, planLevels } from './levels.ts';
import { LoadedNetwork } from './network.ts';
import {
  type EngineForecast,
  type PartitionExplanation,
  PartitionForecaster,
} from './partition-forecaster.ts';
import { FitBudget, type FitBudgetOptions } from './fit-budget.ts';
import { decodePrior, encodePrior, type FleetPrior, lessonsAt } from './fleet-prior.ts';
import { type Lesson, poolLessons } from './prior.ts';
import type { Forecaster, SeriesBank } from './series-bank.ts';
import { StreamRates } from './stream-rates.ts';

export interface ForecastEngineOptions {
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly forecaster?: Forecaster;
  /** Rule by which the experts' weights are learned; MLpol by default. */
  readonly combination?: Combination;
  /** Build of the kernel; by default the best one that runs here. Both give the same forecasts. */
  readonly variant?: Variant;
  /** Time that fits of models in the background may take; `false`: no model is fitted. */
  readonly fits?: FitBudgetOptions | false;
  /** Time zone of days and weeks, by its IANA name; UTC by default. */
  readonly zone?: string;
  /** Streams that run ahead of others, at most two each; what is seen of them here helps to forecast those others. */
  readonly upstream?: Readonly<Record<string, readonly string[]>>;
}

/** Partitions of a stream that are asked for what they know. */
const MOST_TEACHERS = 64;
/** A prior pooled of a stream's own partitions is used for so long. */
const PRIOR_LIFE_MS = 60_000;

/** Forecasts many partitions, each at the resolutions that its horizons need. */
export class ForecastEngine {
  readonly levels: readonly Level[];
  readonly #options: ForecastEngineOptions;
  readonly #kernel: ForecastKernel;
  readonly #partitions = new Map<PartitionKey, PartitionForecaster>();
  readonly #budget: FitBudget | undefined;
  readonly #imported = new Map<string, FleetPrior>();
  /** Per stream, by the length of their step. */
  readonly #networks = new Map<string, Map<number, LoadedNetwork>>();
  readonly #pooled = new Map<string, { readonly atMs: number; readonly prior: FleetPrior | undefined }>();
  readonly #clock: ZoneClock;
  readonly #rates = new StreamRates();
  readonly #events = new Map<string, readonly AnnouncedEvent[]>();
  #banks: readonly SeriesBank[] | undefined;
  #newestMs = -Infinity;
  #ignoredTicks = 0;

  /** @throws {ForecastError} `INVALID_ARGUMENT` */
  constructor(options: ForecastEngineOptions) {
    this.#options = options;
    this.#clock = zoneClock(options.zone);
    checkUpstream(options.upstream ?? {});
    this.#kernel = new ForecastKernel(options.variant);
    this.levels = planLevels(options.tickMs, options.horizonsMs);
    this.#budget = options.fits === false ? undefined : new FitBudget(options.fits);
  }

  /** Ticks that came twice or late and changed nothing. */
  get ignoredTicks(): number {
    return this.#ignoredTicks;
  }

  /**
   * One tick of a partition: the rate over the tick that ends at `atMs`. `undefined`, NaN and ±Infinity are missing,
   * and so are ticks that were skipped since the last call. Duplicate and older ticks are ignored and counted.
   * @param upstream rates of the stream's upstream streams in the tick before, in their order, NaN where missing; by
   * default those of the partitions that are observed here
   */
  observe(
    partition: PartitionKey,
    atMs: number,
    recordsPerSec: number | undefined,
    upstream?: readonly number[],
  ): void {
    let forecaster = this.#partitions.get(partition);
    if (forecaster === undefined) {
      forecaster = this.#create(partition, this.#priorFor(partition, atMs));
      this.#set(partition, forecaster);
    }
    const { stream } = parsePartitionKey(partition);
    const seen = upstream ?? this.#upstreamSeen(stream, atMs);
    if (forecaster.observe(atMs, recordsPerSec, seen)) this.#rates.observe(stream, atMs, recordsPerSec);
    else this.#ignoredTicks++;
    if (!(atMs > this.#newestMs)) return;
    this.#newestMs = atMs;
    this.#banks ??= [...this.#partitions.values()].flatMap((p) => p.banks);
    this.#budget?.run(atMs, this.#banks);
  }

  /** The newest forecast; `undefined` before the second tick and while nothing was observed. */
  forecast(partition: PartitionKey): EngineForecast | undefined {
    return this.#partitions.get(partition)?.forecast;
  }

  /** @throws {ForecastError} `UNKNOWN_PARTITION` */
  scorecard(partition: PartitionKey): Scorecard {
    return this.#known(partition).scorecard();
  }

  /** @throws {ForecastError} `UNKNOWN_PARTITION` */
  saveState(partition: PartitionKey): Uint8Array {
    return this.#known(partition).toState();
  }

  /**
   * Go on from a state that `saveState` gave, here or in another process. Scores start anew.
   * @throws {ForecastError} `STATE_MISMATCH`, `INVALID_STATE`; the partition stays as it was.
   */
  loadState(partition: PartitionKey, bytes: Uint8Array): void {
    const forecaster = this.#create(partition);
    try {
      forecaster.fromState(bytes);
    } catch (error) {
      forecaster.dispose();
      throw error;
    }
    this.#partitions.get(partition)?.dispose();
    this.#set(partition, forecaster);
  }

  /** @throws {ForecastError} `UNKNOWN_PARTITION` */
  explain(partition: PartitionKey): PartitionExplanation {
    return this.#known(partition).explain();
  }

  /** What the partitions of a stream can teach new ones elsewhere; `undefined` while none has evidence enough. */
  exportPrior(stream: string): Uint8Array | undefined {
    const prior = this.#pool(stream);
    return prior && encodePrior(prior, this.levels);
  }

  /**
   * Take what partitions of a stream know elsewhere; it serves partitions that are new from now on, as long as there are
   * none here that know better.
   * @throws {ForecastError} `STATE_MISMATCH`, `INVALID_STATE`
   */
  importPrior(stream: string, bytes: Uint8Array): void {
    this.#imported.set(stream, decodePrior(bytes, this.levels));
  }

  /**
   * Let the partitions of a stream listen to a network, those that are there and those to come; it takes the place of the
   * one of the same resolution, and joins as one expert that has to earn its weight.
   * @param bytes what `encodeNetwork` of `@foreshadow/wasm-forecast` gave
   * @throws {ForecastError} `INVALID_STATE` if damaged, `STATE_MISMATCH` if no level has its resolution; nothing changes.
   */
  setNetwork(stream: string, bytes: Uint8Array): void {
    const network = new LoadedNetwork(this.#kernel, bytes);
    if (!this.levels.some((level) => level.stepMs === network.stepMs)) {
      network.dispose();
      const steps = this.levels.map((level) => level.stepMs).join(', ');
      throw new ForecastError(
        'STATE_MISMATCH',
        `a network of steps of ${network.stepMs} ms serves none of ${steps}`,
      );
    }
    const networks = this.#networks.get(stream) ?? new Map<number, LoadedNetwork>();
    const before = networks.get(network.stepMs);
    networks.set(network.stepMs, network);
    this.#networks.set(stream, networks);
    for (const [key, forecaster] of this.#partitions) {
      if (parsePartitionKey(key).stream === stream) forecaster.hear(network);
    }
    before?.dispose();
  }

  /**
   * Say which events are announced for a stream, in place of those said before; those that ended lately too, for what
   * they did is still being learned. From the next tick on they count in the forecasts of all its partitions.
   */
  announce(stream: string, events: readonly AnnouncedEvent[]): void {
    this.#events.set(stream, [...events]);
  }

  /** Time spent on fits so far, milliseconds, and how many came to their end. */
  get fits(): { readonly ms: number; readonly fits: number } {
    return this.#budget?.spent ?? { ms: 0, fits: 0 };
  }

  /** Bytes of memory that the forecasters take. */
  get memoryBytes(): number {
    return this.#kernel.bytes;
  }

  partitions(): PartitionKey[] {
    return [...this.#partitions.keys()];
  }

  remove(partition: PartitionKey): void {
    const forecaster = this.#partitions.get(partition);
    for (const bank of forecaster?.banks ?? []) this.#budget?.forget(bank);
    forecaster?.dispose();
    this.#partitions.delete(partition);
    this.#banks = undefined;
  }

  #set(partition: PartitionKey, forecaster: PartitionForecaster): void {
    for (const bank of this.#partitions.get(partition)?.banks ?? []) this.#budget?.forget(bank);
    this.#partitions.set(partition, forecaster);
    for (const network of this.#networks.get(parsePartitionKey(partition).stream)?.values() ?? []) {
      forecaster.hear(network);
    }
    this.#banks = undefined;
  }

  /** What a new partition is taught: by its siblings here, else by those elsewhere. */
  #priorFor(partition: PartitionKey, atMs: number): readonly (Lesson | undefined)[] | undefined {
    const { stream } = parsePartitionKey(partition);
    const prior = this.#pool(stream) ?? this.#imported.get(stream);
    return prior && lessonsAt(prior, this.levels, atMs);
  }

  /** Pooled at most once in a while, whether or not there is anything to pool. */
  #pool(stream: string): FleetPrior | undefined {
    const atMs = this.#newestMs;
    const known = this.#pooled.get(stream);
    if (known !== undefined && atMs - known.atMs < PRIOR_LIFE_MS) return known.prior;
    const siblings = [...this.#partitions].filter(([key]) => parsePartitionKey(key).stream === stream);
    const taught = siblings.slice(0, MOST_TEACHERS).map(([, forecaster]) => forecaster.lessons());
    const lessons = this.levels.map((_, i) => poolLessons(taught.flatMap((of) => of[i] ?? [])));
    const prior = lessons.every((lesson) => lesson === undefined) ? undefined : { atMs, lessons };
    this.#pooled.set(stream, { atMs, prior });
    return prior;
  }

  #create(partition: PartitionKey, lessons?: readonly (Lesson | undefined)[]): PartitionForecaster {
    const { tickMs, horizonsMs, forecaster = 'bank', combination = 'mlpol', zone = UTC } = this.#options;
    const { stream } = parsePartitionKey(partition);
    const events = (): readonly AnnouncedEvent[] => this.#events.get(stream) ?? [];
    return new PartitionForecaster({
      partition,
      tickMs,
      horizonsMs,
      levels: this.levels,
      forecaster,
      combination,
      kernel: this.#kernel,
      lessons,
      sources: { events, clock: this.#clock, zone, upstream: this.#upstreamOf(stream) },
    });
  }

  #upstreamOf(stream: string): readonly string[] {
    const { upstream = {} } = this.#options;
    return Object.hasOwn(upstream, stream) ? (upstream[stream] ?? []) : [];
  }

  #upstreamSeen(stream: string, atMs: number): number[] {
    const withinMs = 2 * this.#options.tickMs;
    return this.#upstreamOf(stream).map((name) => this.#rates.before(name, atMs, withinMs));
  }

  #known(partition: PartitionKey): PartitionForecaster {
    const forecaster = this.#partitions.get(partition);
    if (forecaster === undefined) {
      throw new ForecastError('UNKNOWN_PARTITION', `no tick of partition '${partition}' was observed`);
    }
    return forecaster;
  }
}

function checkUpstream(upstream: Readonly<Record<string, readonly string[]>>): void {
  for (const [stream, names] of Object.entries(upstream)) {
    if (names.length <= MOST_UPSTREAM && new Set([stream, ...names]).size === names.length + 1) continue;
    throw new ForecastError(
      'INVALID_ARGUMENT',
      `upstream of '${stream}' must be at most ${MOST_UPSTREAM} different other streams, got [${names.join(', ')}]`,
    );
  }
}
