import type {
  DriftEvent,
  ForecastPath,
  ForecastPoint,
  LevelSeasons,
  ModelRecord,
  PartitionKey,
  Scorecard,
} from '@foreshadow/domain';
import { DriftLog } from './drift-log.ts';
import type { Combination, ForecastKernel } from './kernel.ts';
import type { LoadedNetwork } from './network.ts';
import type { CovariateSources, LevelFeatures } from './covariates.ts';
import type { Lesson } from './prior.ts';
import { type Level, levelOf } from './levels.ts';
import { coarserSteps, stepsInside } from './long-season.ts';
import { ForecastError } from './errors.ts';
import { composePath, lastValuePath, type LevelForecast, pointAt } from './path.ts';
import { Scorekeeper } from './scorekeeper.ts';
import { type BankForecast, type Forecaster, SeriesBank } from './series-bank.ts';
import { StateReader, StateWriter } from './state-codec.ts';
import { StepAverage } from './step-average.ts';
import { TickGrid } from './tick-grid.ts';

export interface PartitionForecasterOptions {
  readonly partition: PartitionKey;
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly levels: readonly Level[];
  readonly forecaster: Forecaster;
  readonly combination: Combination;
  readonly kernel: ForecastKernel;
  /** What the fleet teaches, per level. */
  readonly lessons?: readonly (Lesson | undefined)[] | undefined;
  readonly sources: CovariateSources;
}

/** Forecast of one partition as the engine gives it. */
export interface EngineForecast {
  readonly path: ForecastPath;
  /** At the configured horizons, in their order. */
  readonly atHorizons: readonly ForecastPoint[];
  readonly leadingExpert: string;
  readonly warmingUp: boolean;
  readonly issuedAtMs: number;
}

/** What led a partition's forecaster to its forecasts. */
export interface PartitionExplanation {
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
  /** What of calendar, announced events and upstream streams is used, per level that knows of any. */
  readonly features: readonly LevelFeatures[];
  /** The newest changes of regime, oldest first; of those before a restart, the last one of each level. */
  readonly drift: readonly DriftEvent[];
}

interface LevelState {
  readonly level: Level;
  readonly average: StepAverage;
  readonly bank: SeriesBank;
  forecast: BankForecast | undefined;
  /** Step of the newest drift alarm that was noted. */
  alarmAt: number;
}

/** Names the layout of a partition's state; the banks in it name their kernel themselves. */
const FORMAT = 'foreshadow-partition 2';
/** Longest run of skipped ticks that is taken in one by one; what lies before a longer gap is past use. */
const LONGEST_GAP_TICKS = 8192;
/** History of the levels: the coarsest carries the long seasons, the finer ones need only the short ones. */
const FINER = { historySteps: 1024, seasons: 1 };
const COARSEST = { historySteps: 2048, seasons: 2 };
/** Lengths of one season, seen at two resolutions, agree within this share. */
const SAME_SEASON = 0.08;
/** Scores of the shortest horizon before intervals count as calibrated. */
const WARM_SCORES = 30;

const NONE = -1;

/** One partition at several resolutions. */
export class PartitionForecaster {
  readonly #options: PartitionForecasterOptions;
  readonly #grid: TickGrid;
  readonly #levels: readonly LevelState[];
  readonly #keeper: Scorekeeper;
  readonly #drift = new DriftLog();
  #ticks = 0;
  #lastAtMs = NaN;
  #forecast: EngineForecast | undefined;

  constructor(options: PartitionForecasterOptions) {
    const { tickMs, horizonsMs, forecaster, combination, kernel, sources } = options;
    this.#options = options;
    this.#grid = new TickGrid(tickMs);
    this.#keeper = new Scorekeeper({ tickMs, horizonsMs });
    this.#levels = options.levels.map((level, i) => ({
      level,
      average: new StepAverage(level.ticks),
      bank: new SeriesBank({
        // One step more than asked: between two steps the farthest horizon lies in the next one.
        steps: Array.from({ length: level.reach + 1 }, (_, step) => step + 1),
        forecaster,
        combination,
        kernel,
        covariates: { stepMs: level.stepMs, ticks: level.ticks, sources },
        ...(options.lessons?.[i] === undefined ? {} : { prior: options.lessons[i] }),
        ...(i === options.levels.length - 1 ? COARSEST : FINER),
      }),
      forecast: undefined,
      alarmAt: NONE,
    }));
  }

  get forecast(): EngineForecast | undefined {
    return this.#forecast;
  }

  /**
   * Returns false for a tick that is a duplicate or older than the newest one; it changes nothing.
   * @param upstream rates of the upstream streams in the tick before
   */
  observe(atMs: number, recordsPerSec: number | undefined, upstream: readonly number[] = []): boolean {
    const steps = this.#grid.advance(atMs);
    if (steps === 0) return false;
    this.#keeper.observe(atMs, recordsPerSec);
    const { tickMs } = this.#options;
    for (let i = Math.min(steps - 1, LONGEST_GAP_TICKS); i > 0; i--) this.#push(NaN, atMs - i * tickMs, []);
    this.#push(recordsPerSec ?? NaN, atMs, upstream);
    this.#ticks++;
    this.#lastAtMs = atMs;
    if (this.#ticks >= 2) this.#issue(atMs);
    return true;
  }

  dispose(): void {
    for (const { bank } of this.#levels) bank.dispose();
  }

  scorecard(): Scorecard {
    const { partition, horizonsMs, levels } = this.#options;
    const rows = horizonsMs.map((horizonMs) => {
      const state = this.#levels.find((l) => l.level === levelOf(levels, horizonMs));
      const index = Math.max(0, Math.ceil(horizonMs / (state?.level.stepMs ?? horizonMs)) - 1);
      return new Map(state?.bank.weights().map((w) => [w.name, w.weights[index] ?? 0]));
    });
    const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
    return {
      partition,
      horizons: this.#keeper.scores(),
      experts: names.map((name) => ({ name, weights: rows.map((row) => row.get(name) ?? 0) })),
    };
  }

  /** Forecasters of the levels, finest first: what is fitted in the background. */
  get banks(): readonly SeriesBank[] {
    return this.#levels.map((l) => l.bank);
  }

  /**
   * Listen to a network at the level whose steps are as long as those that it was trained on.
   * @returns false if there is no such level
   */
  hear(network: LoadedNetwork): boolean {
    const state = this.#levels.find(({ level }) => level.stepMs === network.stepMs);
    state?.bank.hear(network, this.#lastAtMs - state.average.elapsed * this.#options.tickMs);
    return state !== undefined;
  }

  /** What this partition can teach a new one, per level; `undefined` where it has too little evidence. */
  lessons(): readonly (Lesson | undefined)[] {
    return this.#levels.map((l) => l.bank.lesson());
  }

  /** Seasons found, models fitted, features chosen and changes of regime, of all levels. */
  explain(): PartitionExplanation {
    const levels = this.#levels.map(({ level, bank }) => ({ stepMs: level.stepMs, bank }));
    return {
      seasons: levels.map(({ stepMs, bank }) => ({ stepMs, lengths: bank.seasons })),
      models: levels.flatMap(({ stepMs, bank }) => bank.models(stepMs, this.#lastAtMs)),
      features: levels.flatMap(({ bank }) => bank.features ?? []),
      drift: this.#drift.events,
    };
  }

  toState(): Uint8Array {
    const { tickMs, levels } = this.#options;
    const writer = new StateWriter()
      .text(FORMAT)
      .numbers([tickMs, ...levels.map((l) => l.ticks)])
      .numbers([...this.#grid.toNumbers(), this.#ticks, this.#lastAtMs]);
    for (const { average, bank } of this.#levels) writer.numbers(average.toNumbers()).blob(bank.toState());
    return writer.finish();
  }

  /** @throws {ForecastError} `STATE_MISMATCH` or `INVALID_STATE`; then the forecaster is not to be used further. */
  fromState(bytes: Uint8Array): void {
    const { tickMs, levels } = this.#options;
    const reader = new StateReader(bytes);
    if (
      reader.text() !== FORMAT ||
      reader.numbers().join() !== [tickMs, ...levels.map((l) => l.ticks)].join()
    ) {
      throw new ForecastError('STATE_MISMATCH', 'the state comes from another version or other resolutions');
    }
    const [index = NaN, expectedMs = NaN, ticks = NaN, lastAtMs = NaN] = reader.numbers();
    for (const state of this.#levels) {
      state.average.restore(reader.numbers());
      state.bank.fromState(reader.blob());
      state.forecast = state.bank.predict();
    }
    reader.end();
    if (!Number.isSafeInteger(index) || !Number.isFinite(expectedMs + lastAtMs) || !(ticks >= 0)) {
      throw new ForecastError('INVALID_STATE', 'the state of the clock is damaged');
    }
    this.#grid.restore(index, expectedMs);
    this.#ticks = ticks;
    this.#lastAtMs = lastAtMs;
    for (const state of this.#levels) {
      const endMs = lastAtMs - state.average.elapsed * tickMs;
      this.#noteDrift(state, endMs - state.bank.alarmAge * state.level.stepMs);
    }
    if (ticks >= 2) this.#issue(lastAtMs);
  }

  #push(value: number, atMs: number, upstream: readonly number[]): void {
    for (const [i, state] of this.#levels.entries()) {
      state.bank.upstream(upstream);
      const mean = state.average.push(value);
      if (mean === undefined) continue;
      this.#tellFromOthers(i, mean);
      state.bank.update(mean, atMs);
      this.#noteDrift(state, atMs);
      state.forecast = state.bank.predict();
    }
  }

  #noteDrift(state: LevelState, atMs: number): void {
    const { bank, level } = state;
    if (bank.alarmAt === state.alarmAt) return;
    state.alarmAt = bank.alarmAt;
    const alarm = bank.alarm();
    if (alarm !== undefined) this.#drift.note(atMs, level.stepMs, alarm);
  }

  /** Give a level, whose step just ended, what another level's season says as experts. */
  #tellFromOthers(i: number, mean: number): void {
    const { bank } = this.#level(i);
    const steps = this.#courseOfFiner(i) ?? this.#courseOfCoarser(i);
    const offset = mean - (steps?.[0] ?? NaN);
    const season = steps?.slice(1);
    bank.tell('other-season', season);
    bank.tell(
      'other-shape',
      season?.map((v) => v + offset),
    );
  }

  /** What a finer level's season makes of a level's newest step and those to come. */
  #courseOfFiner(i: number): number[] | undefined {
    const { bank, level } = this.#level(i);
    const source = this.#seasonSource(i);
    const ratio = level.ticks / (source?.level.ticks ?? level.ticks);
    const course = source?.bank.extend(1 - ratio, ratio * (bank.steps.length + 1));
    return (
      course &&
      Array.from({ length: bank.steps.length + 1 }, (_, step) => meanAt(course, step * ratio, ratio))
    );
  }

  /** The same of a coarser level's season, the nearest one's that is too long for the level to see. */
  #courseOfCoarser(i: number): number[] | undefined {
    const { bank, level } = this.#level(i);
    const longestTicks = (FINER.historySteps / 2) * level.ticks;
    const source = this.#levels.find((l, j) => j > i && (l.bank.season ?? 0) * l.level.ticks > longestTicks);
    if (source === undefined) return undefined;
    const grid = {
      coarserTicks: source.level.ticks,
      // Coarser levels have not taken in this tick yet.
      elapsed: source.average.elapsed + 1,
      ticks: level.ticks,
      count: bank.steps.length + 1,
    };
    const course = source.bank.extend(0, coarserSteps(grid));
    return course && stepsInside(course, grid);
  }

  #forecastOf(i: number): LevelForecast {
    const { level, average, forecast, bank } = this.#level(i);
    const source = this.#seasonSource(i);
    const { ticks, reach } = level;
    const elapsed = average.elapsed;
    const cellTicks = source?.level.ticks ?? ticks;
    // The source is some of its own steps past the end of this level's step.
    const past = Math.floor(elapsed / cellTicks);
    const shape = source?.bank.extend(1 - past, (ticks / cellTicks) * bank.steps.length);
    const calibrated = bank.calibratedHorizons(WARM_SCORES);
    return { ticks, reach, elapsed, forecast, calibrated, shape, cellTicks };
  }

  /**
   * Finer level whose season a level is told: the nearest one that has one, or a finer one yet that has the same, for
   * that knows its length better.
   */
  #seasonSource(i: number): LevelState | undefined {
    let source: LevelState | undefined;
    let lengthTicks = NaN;
    for (let j = i - 1; j >= 0; j--) {
      const state = this.#level(j);
      const ticks = (state.bank.season ?? NaN) * state.level.ticks;
      if (Number.isNaN(ticks)) continue;
      if (source !== undefined && !(Math.abs(ticks - lengthTicks) <= SAME_SEASON * lengthTicks)) continue;
      source = state;
      lengthTicks = ticks;
    }
    return source;
  }

  #level(i: number): LevelState {
    const state = this.#levels[i];
    if (state === undefined) throw new ForecastError('INVALID_ARGUMENT', `there is no level ${i}`);
    return state;
  }

  #issue(atMs: number): void {
    const { tickMs, horizonsMs, forecaster } = this.#options;
    const levels = this.#levels.map((_, i) => this.#forecastOf(i));
    const path = forecaster === 'bank' ? composePath(levels, tickMs) : lastValuePath(levels, tickMs);
    if (path === undefined) return;
    const atHorizons = horizonsMs.map((horizonMs) => pointAt(path, horizonMs));
    this.#forecast = {
      path,
      atHorizons,
      leadingExpert: this.#leadingExpert(),
      warmingUp: (this.#levels[0]?.bank.scored ?? 0) < WARM_SCORES,
      issuedAtMs: atMs,
    };
    this.#keeper.issue(atMs, atHorizons);
  }

  /** Of the second level, where there is one: the finest one sees mostly noise. */
  #leadingExpert(): string {
    const { bank } = this.#level(Math.min(1, this.#levels.length - 1));
    return bank.leadingExpert(bank.steps.length - 1);
  }
}

/** Mean of `count` entries from `first` on. */
function meanAt(values: Float64Array, first: number, count: number): number {
  let sum = 0;
  for (let i = first; i < first + count; i++) sum += values[i] ?? NaN;
  return sum / count;
}
