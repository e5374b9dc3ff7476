import type {
  ForecastPath,
  ForecastPoint,
  LoadForecast,
  LoadSample,
  PartitionKey,
  Scorecard,
} from '@foreshadow/domain';
import type { Scorekeeper } from '@foreshadow/forecast';
import type { Instant } from '@foreshadow/protocol';
import { Contributions } from './contributions.ts';
import { type LoadCalibration, type LoadScore, loadScores } from './load-calibration.ts';
import type { KeptModel, OwnForecasts } from './own-forecasts.ts';
import { type SeriesEntry, TickSeries } from './tick-series.ts';
import { WholeForecast } from './whole-forecast.ts';

/** Where the load of a partition is known from. */
export type LoadSource = 'edge' | 'log' | 'none';

/** What the actuator knows of the load of one partition at an instant. */
export interface PartitionLoad {
  readonly partition: PartitionKey;
  readonly source: LoadSource;
  /** Present load; `undefined` is missing. */
  readonly sample: LoadSample | undefined;
  readonly forecast: LoadForecast | undefined;
  /** Mean rate from its issue to each horizon of the forecast, as quantiles: the cumulative load by its time. */
  readonly cumulative: ForecastPath | undefined;
  readonly basis: 'forecast' | 'actuator-forecast';
  /** No edge has reported for three ticks. */
  readonly stale: boolean;
}

/** An edge that says nothing for so many ticks is silent. */
export const SILENT_TICKS = 3;

export interface PartitionTrackOptions {
  readonly partition: PartitionKey;
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly scorekeeper: Scorekeeper;
  readonly own: OwnForecasts;
  /** Told of each tick of the series that is complete. */
  readonly onEntry?: (entry: SeriesEntry) => void;
}

/** A model to give to an edge; `later`: this tick has taken over enough. */
export type Handout = { readonly atMs: number; readonly state: Uint8Array } | 'later' | undefined;

/** Follows the load of one partition: what edges say of it, else what its log shows. */
export class PartitionTrack {
  readonly #options: PartitionTrackOptions;
  readonly #contributions: Contributions;
  readonly #series: TickSeries;
  readonly #whole: WholeForecast;
  #model: KeptModel | undefined;
  #logSample: LoadSample | undefined;
  #issuedAtMs = -Infinity;
  /** The last ticks of the log, some of which an edge may turn out not to have reported. */
  readonly #unheard: { readonly atMs: number; readonly appendRate: number | undefined }[] = [];
  /** Ticks that the log told since `forecastOn` was called last. */
  readonly #heard: SeriesEntry[] = [];

  constructor(options: PartitionTrackOptions) {
    this.#options = options;
    this.#contributions = new Contributions(options.tickMs, SILENT_TICKS * options.tickMs);
    this.#whole = new WholeForecast(options.tickMs, options.horizonsMs);
    this.#series = new TickSeries(options.tickMs);
  }

  onSample(nodeId: string, sample: LoadSample, at: Instant): void {
    this.#contributions.putSample(nodeId, sample, at.monotonicMs);
    this.#series.put(nodeId, sample, at.wallMs);
    // A model that saw a part of the load is no model of the whole.
    if (this.#model !== undefined && this.#model.nodeId !== nodeId) this.#model = undefined;
    this.#options.own.stop(this.#options.partition);
    this.#logSample = undefined;
    this.#settle(at);
  }

  onForecast(nodeId: string, forecast: LoadForecast, at: Instant): void {
    this.#contributions.putForecast(nodeId, forecast, at.monotonicMs);
    this.#settle(at);
  }

  /** A forecaster's state. True if it is one of the whole partition: no other edge speaks for a part of it. */
  onModel(model: KeptModel, at: Instant): boolean {
    const others = this.#contributions.liveNodes(at.monotonicMs).filter((n) => n !== model.nodeId);
    this.#model = others.length === 0 ? model : undefined;
    return others.length === 0;
  }

  /** Go on from a model of before a restart, unless an edge has told a newer one. */
  restoreModel(model: KeptModel): void {
    this.#model ??= model;
  }

  /** The model cannot be used. */
  forgetModel(): void {
    this.#model = undefined;
  }

  /**
   * The model that a node lacks: its own of an earlier start, or that of a node that is gone.
   * @param isGone whether a node is no longer connected
   */
  modelFor(
    node: { readonly nodeId: string; readonly epoch: number },
    isGone: (nodeId: string) => boolean,
    at: Instant,
  ): KeptModel | undefined {
    const model = this.#model;
    if (model === undefined) return undefined;
    if (model.nodeId === node.nodeId) return model.epoch === node.epoch ? undefined : model;
    const isFree = this.#contributions.liveNodes(at.monotonicMs).every((n) => n === node.nodeId);
    return isFree && isGone(model.nodeId) ? model : undefined;
  }

  /** A model gone on with to the newest tick, for an edge to take up. */
  goOn(model: KeptModel, at: Instant): Handout {
    const { own, partition } = this.#options;
    if (!own.start(partition, model, this.#series.entries())) return 'later';
    const state = own.state(partition);
    const atMs = this.#series.newestAtMs ?? model.atMs;
    if (this.#contributions.liveNodes(at.monotonicMs).length > 0) own.stop(partition);
    return state && { atMs, state };
  }

  /** Records/s of each edge that is not silent. */
  shares(at: Instant): ReadonlyMap<string, number> {
    return this.#contributions.shares(at.monotonicMs);
  }

  endSession(nodeId: string): void {
    this.#contributions.end(nodeId);
  }

  /** Calibration of the whole's forecasts, to survive a restart. */
  saveCalibration(): LoadCalibration {
    return this.#whole.save();
  }

  /** @throws {ActuatorError} `INVALID_STATE` */
  restoreCalibration(saved: unknown): void {
    this.#whole.restore(saved);
  }

  loadScores(): readonly LoadScore[] {
    return loadScores(this.#whole.calibration);
  }

  /**
   * Once a tick, before `forecastOn`: close what is complete, or what the log showed where no edge speaks.
   * @param appendRate records/s that the log took in since the last tick, where known.
   */
  listen(appendRate: number | undefined, capacityRecordsPerSec: number | undefined, at: Instant): void {
    this.#series.capacityRecordsPerSec = capacityRecordsPerSec;
    this.#settle(at);
    this.#unheard.push({ atMs: at.wallMs, appendRate });
    if (this.#contributions.liveNodes(at.monotonicMs).length > 0) {
      if (this.#unheard.length > SILENT_TICKS) this.#unheard.shift();
      return;
    }
    // What the log showed while it was not yet clear that the edge is silent counts too.
    for (const tick of this.#unheard.splice(0)) this.#observeLog(tick.atMs, tick.appendRate);
  }

  /** Forecast in the place of edges where none speaks. */
  forecastOn(at: Instant): void {
    const heard = this.#heard.splice(0);
    if (this.#contributions.liveNodes(at.monotonicMs).length > 0) return;
    const { own, partition } = this.#options;
    if (own.runs(partition)) {
      for (const { atMs, recordsPerSec } of heard) own.observe(partition, atMs, recordsPerSec);
    } else {
      own.start(partition, this.#model, this.#series.entries());
    }
    this.#issue(own.forecast(partition, this.#whole.forecast?.ratios));
  }

  /** Rate in the tick at `atMs`; NaN where missing, `undefined` where it is not known yet, or no longer. */
  rateAt(atMs: number): number | undefined {
    return this.#series.rateAt(atMs);
  }

  #observeLog(atMs: number, appendRate: number | undefined): void {
    const entry = this.#series.putRate(atMs, appendRate);
    if (entry === undefined) return;
    this.#whole.observe({ ...entry, parts: undefined });
    this.#observe(entry);
    this.#heard.push(entry);
    this.#logSample = this.#sampleOfLog(entry);
  }

  load(at: Instant): PartitionLoad {
    const { partition, own } = this.#options;
    const isLive = this.#contributions.liveNodes(at.monotonicMs).length > 0;
    if (isLive) {
      const sample = this.#contributions.sample(at.monotonicMs, this.#series.lastRate(at.wallMs));
      const forecast = this.#liveForecast(at);
      const cumulative = forecast && this.#whole.cumulative(forecast);
      return { partition, source: 'edge', sample, forecast, cumulative, basis: 'forecast', stale: false };
    }
    const mine = own.forecast(partition, this.#whole.forecast?.ratios);
    const forecast = mine ?? this.#whole.forecast;
    return {
      partition,
      source: this.#logSample === undefined ? 'none' : 'log',
      sample: this.#logSample,
      // Until the own forecast stands, the edge's last one is read further along its path.
      forecast,
      cumulative: forecast && this.#whole.cumulative(forecast),
      basis: mine === undefined ? 'forecast' : 'actuator-forecast',
      stale: true,
    };
  }

  /** Oldest first. */
  series(): SeriesEntry[] {
    return this.#series.entries();
  }

  scorecard(): Scorecard {
    const { partition, scorekeeper } = this.#options;
    return { partition, horizons: scorekeeper.scores(), experts: [] };
  }

  #settle(at: Instant): void {
    const entries = this.#series.settle(this.#contributions.liveNodes(at.monotonicMs), at.wallMs);
    for (const entry of entries) {
      this.#whole.observe(entry);
      this.#observe(entry);
    }
    if (this.#issue(this.#liveForecast(at))) this.#whole.awaitActual();
  }

  /** Forecast of the whole from the edges that speak now; `undefined` if none does. */
  #liveForecast(at: Instant): LoadForecast | undefined {
    const parts = this.#contributions.forecasts(at.monotonicMs);
    this.#whole.update(parts, at.wallMs);
    return parts.size === 0 ? undefined : this.#whole.forecast;
  }

  #observe(entry: SeriesEntry): void {
    this.#options.scorekeeper.observe(entry.atMs, entry.recordsPerSec);
    this.#options.onEntry?.(entry);
  }

  /** Hand a forecast to be scored, once (then true), and not before its own tick was observed: last value must know it too. */
  #issue(forecast: LoadForecast | undefined): boolean {
    const newestMs = this.#series.newestAtMs;
    if (forecast === undefined || newestMs === undefined) return false;
    const { issuedAtMs } = forecast;
    if (issuedAtMs <= this.#issuedAtMs || issuedAtMs > newestMs + this.#options.tickMs / 2) return false;
    this.#issuedAtMs = issuedAtMs;
    this.#options.scorekeeper.issue(issuedAtMs, pointsAt(forecast.path, this.#options.horizonsMs));
    return true;
  }

  #sampleOfLog({ atMs, recordsPerSec }: SeriesEntry): LoadSample | undefined {
    if (recordsPerSec === undefined) return undefined;
    const bytesPerRecord = this.#whole.forecast?.ratios.bytesPerRecord?.value;
    return {
      partition: this.#options.partition,
      atMs,
      windowMs: this.#options.tickMs,
      recordsPerSec: { value: recordsPerSec, standardError: 0 },
      bytesPerSec:
        bytesPerRecord === undefined
          ? undefined
          : { value: recordsPerSec * bytesPerRecord, standardError: 0 },
      workPerSec: undefined,
      distinctKeys: undefined,
      sampled: 0,
      dropped: 0,
      refused: 0,
    };
  }
}

/** The points of a path at the horizons asked for, all by default; a point that is lacking or not finite is left out. */
export function pointsAt(
  path: LoadForecast['path'],
  horizonsMs: readonly number[] = path.horizonsMs,
): ForecastPoint[] {
  const points: ForecastPoint[] = [];
  for (const horizonMs of horizonsMs) {
    const i = path.horizonsMs.indexOf(horizonMs);
    const [mean = NaN, lower = NaN, upper = NaN] = [path.mean[i], path.lower[i], path.upper[i]];
    if (Number.isFinite(mean + lower + upper)) points.push({ horizonMs, mean, lower, upper });
  }
  return points;
}
