import type { AnnouncedEvent } from '@foreshadow/domain';
import { decodeCovariates, type GroupEvidence } from '@foreshadow/wasm-forecast';
import {
  calendarFeatures,
  DAY_FEATURES,
  resolvesDay,
  resolvesWeek,
  WEEK_FEATURES,
  type ZoneClock,
} from './calendar.ts';
import { ForecastError } from './errors.ts';
import { EVENT_FEATURES, eventFeatures, reachMs } from './event-features.ts';
import type { ForecastKernel } from './kernel.ts';
import { packSparse, unpackSparse } from './sparse.ts';
import { StateReader, StateWriter } from './state-codec.ts';
import { LAGS, UpstreamLags } from './upstream-lags.ts';

/** Kinds of events, and upstream streams, that one series learns of at once. */
export const MOST_KINDS = 3;
export const MOST_UPSTREAM = 2;

const LAGS_PER_GROUP = 2;
const GROUPS_PER_UPSTREAM = LAGS / LAGS_PER_GROUP;
const repeat = <T>(count: number, values: readonly T[]): T[] =>
  Array.from({ length: count }, () => values).flat();

/** Features of each group: time of day, day of week, season; the kinds of events; the upstream streams. */
const GROUPS = [
  DAY_FEATURES,
  WEEK_FEATURES,
  1,
  ...repeat(MOST_KINDS, repeat(2, [EVENT_FEATURES / 2])),
  ...repeat(MOST_UPSTREAM, repeat(GROUPS_PER_UPSTREAM, [LAGS_PER_GROUP])),
];
const FEATURES = GROUPS.reduce((a, b) => a + b, 0);
const CALENDAR_GROUPS: readonly number[] = [0, 1];
const FIRST_KIND_GROUP = 3;
const FIRST_UPSTREAM_GROUP = FIRST_KIND_GROUP + 2 * MOST_KINDS;
/** Places of the features in a row, after those of the calendar. */
const SEASON = DAY_FEATURES + WEEK_FEATURES;
const EVENTS = SEASON + 1;
const UPSTREAM = EVENTS + MOST_KINDS * EVENT_FEATURES;
const NO_EVENT: readonly number[] = repeat(EVENT_FEATURES, [0]);

/** What a stream's series have besides their own past. */
export interface CovariateSources {
  /** Events that are announced now, those that ended lately included. */
  readonly events: () => readonly AnnouncedEvent[];
  readonly clock: ZoneClock;
  /** Time zone of the clock by its name. */
  readonly zone: string;
  /** Names of the upstream streams. */
  readonly upstream: readonly string[];
}

export interface CovariatesOptions {
  readonly kernel: ForecastKernel;
  /** Horizons in steps, ascending. */
  readonly steps: readonly number[];
  readonly stepMs: number;
  /** Ticks of a step, in which upstream rates come; 1 by default. */
  readonly ticks?: number;
  readonly sources: CovariateSources;
}

/** A group of features, whether it is in, and what speaks for it. */
export interface FeatureGroup extends GroupEvidence {
  readonly name: string;
}

/** A group of features entered or left. */
export interface FeatureChange {
  /** End of the step at which it did. */
  readonly atMs: number;
  readonly name: string;
  readonly entered: boolean;
  /** Share of the one-step error that it saved, or would have saved. */
  readonly saved: number;
}

/** What decided on the features at one resolution. */
export interface LevelFeatures {
  readonly stepMs: number;
  readonly groups: readonly FeatureGroup[];
  /** The newest changes, oldest first. */
  readonly changes: readonly FeatureChange[];
}

interface Kind {
  readonly name: string;
  /** End of the newest step at which an announced event of it mattered. */
  lastMs: number;
}

/**
 * The expert of one series that knows of calendar, announced events and upstream streams. It takes no memory before there
 * is any of that, and keeps silent where none of it makes a difference.
 */
export class Covariates {
  readonly #kernel: ForecastKernel;
  readonly #stepMs: number;
  readonly #steps: readonly number[];
  readonly #reach: number;
  readonly #sources: CovariateSources;
  readonly #upstream: readonly UpstreamLags[];
  #kinds: (Kind | undefined)[] = Array.from({ length: MOST_KINDS }, () => undefined);
  /** Events of each kind that touch the steps from the newest one to the last that is forecast. */
  #near: readonly (readonly AnnouncedEvent[])[] = repeat(MOST_KINDS, [[]]);
  readonly #hasCalendar: boolean;
  /** NaN of all that is not known. */
  readonly #rows: Float32Array;
  #block: number | undefined;
  #endMs = NaN;

  constructor(options: CovariatesOptions) {
    const { kernel, steps, stepMs, ticks = 1, sources } = options;
    this.#kernel = kernel;
    this.#stepMs = stepMs;
    this.#steps = steps;
    this.#reach = steps.at(-1) ?? 0;
    this.#sources = sources;
    this.#hasCalendar = resolvesDay(stepMs) || resolvesWeek(stepMs);
    this.#rows = new Float32Array((this.#reach + 1) * FEATURES).fill(NaN);
    this.#upstream = sources.upstream.slice(0, MOST_UPSTREAM).map(() => new UpstreamLags(ticks));
  }

  /** Rates of the upstream streams in one tick; NaN where missing. */
  push(rates: readonly number[]): void {
    for (const [i, lags] of this.#upstream.entries()) lags.push(rates[i] ?? NaN);
  }

  /**
   * Learn from the step that ended at `endMs`.
   * @param y its value, NaN where missing
   * @param season what the series' season makes of this step and those to come, as it was before this step
   * @returns one forecast a horizon, NaN where there is nothing to say; `undefined`: for none
   */
  step(y: number, endMs: number, season: ArrayLike<number> | undefined): number[] | undefined {
    this.#endMs = endMs;
    this.#followKinds(endMs);
    if (!this.#isOfUse || !Number.isFinite(endMs)) return undefined;
    const { exports } = this.#kernel;
    const block = (this.#block ??= this.#begin());
    const count = (this.#reach + 1) * FEATURES;
    const rows = this.#kernel.scratch(Math.ceil(count / 2) + this.#reach);
    const out = rows + 8 * Math.ceil(count / 2);
    this.#writeRows(endMs, season);
    new Float32Array(exports.memory.buffer, rows, count).set(this.#rows);
    exports.covariatesUpdate(block, y, rows);
    exports.covariatesPredict(block, rows + 4 * FEATURES, this.#reach, out);
    const ahead = this.#kernel.numbers(out, this.#reach);
    return this.#steps.map((s) => ahead[s - 1] ?? NaN);
  }

  /** What is in, what is out, and why; `undefined` while there is nothing to choose from. */
  explain(): LevelFeatures | undefined {
    if (this.#block === undefined) return undefined;
    const names = this.#names();
    const view = decodeCovariates(new DataView(this.#memory(this.#block).slice().buffer));
    return {
      stepMs: this.#stepMs,
      groups: view.groups.flatMap((group, g) =>
        names[g] === undefined ? [] : [{ name: names[g], ...group }],
      ),
      changes: view.changes.map(({ step, group, entered, saved }) => {
        const atMs = this.#endMs - (view.steps - step) * this.#stepMs;
        return { atMs, name: names[group] ?? `group ${group}`, entered, saved };
      }),
    };
  }

  dispose(): void {
    if (this.#block !== undefined) this.#kernel.giveBack(this.#block, this.#kernel.exports.covariatesBytes());
    this.#block = undefined;
  }

  toState(): Uint8Array {
    const writer = new StateWriter().numbers([this.#endMs]).text(this.#sources.zone);
    for (const kind of this.#kinds) writer.text(kind?.name ?? '').numbers([kind?.lastMs ?? NaN]);
    writer.numbers([this.#upstream.length]);
    for (const [i, lags] of this.#upstream.entries()) {
      writer.text(this.#sources.upstream[i] ?? '').numbers(lags.toNumbers());
    }
    const block = this.#block === undefined ? new Uint8Array() : packSparse(this.#memory(this.#block));
    return writer.blob(block).finish();
  }

  /**
   * Go on from a state. What it learned by the clocks of another zone, and of upstream streams that are others here, is
   * unlearned.
   * @throws {ForecastError} `INVALID_STATE`
   */
  fromState(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    this.#endMs = reader.numbers()[0] ?? NaN;
    const isSameZone = reader.text() === this.#sources.zone;
    this.#kinds = this.#kinds.map(() => {
      const name = reader.text();
      const lastMs = reader.numbers()[0] ?? NaN;
      return name === '' ? undefined : { name, lastMs };
    });
    const known = this.#restoreUpstream(reader);
    const packed = reader.blob();
    reader.end();
    this.dispose();
    if (packed.length === 0) return;
    const memory = unpackSparse(packed, this.#kernel.exports.covariatesBytes());
    this.#block = this.#begin();
    this.#memory(this.#block).set(memory);
    if (this.#kernel.exports.covariatesIsSound(this.#block) !== 1) {
      throw new ForecastError('INVALID_STATE', 'the state of the covariates is out of range');
    }
    if (!isSameZone) this.#forget(CALENDAR_GROUPS);
    for (let i = 0; i < MOST_UPSTREAM; i++) if (known[i] !== true) this.#forget(groupsOfUpstream(i));
  }

  /** Lags of the upstream streams that are the same here as in the state. @returns whether each place of it is. */
  #restoreUpstream(reader: StateReader): readonly boolean[] {
    const count = reader.numbers()[0] ?? 0;
    const known: boolean[] = [];
    for (let i = 0; i < count && i < MOST_UPSTREAM; i++) {
      const isSame = reader.text() === this.#sources.upstream[i];
      const numbers = reader.numbers();
      if (isSame) this.#upstream[i]?.restore(numbers);
      known.push(isSame);
    }
    return known;
  }

  /** The features of some groups mean something else from now on. */
  #forget(groups: readonly number[]): void {
    if (this.#block === undefined) return;
    for (const group of groups) this.#kernel.exports.covariatesForget(this.#block, group);
  }

  get #isOfUse(): boolean {
    return (
      this.#block !== undefined ||
      this.#upstream.length > 0 ||
      this.#hasCalendar ||
      this.#kinds.some((kind) => kind !== undefined)
    );
  }

  #begin(): number {
    const { exports } = this.#kernel;
    const block = this.#kernel.take(exports.covariatesBytes());
    const table = this.#kernel.scratch(GROUPS.length);
    new Int32Array(exports.memory.buffer, table, GROUPS.length + 1).set([GROUPS.length, ...GROUPS]);
    exports.covariatesInit(block, table);
    return block;
  }

  #memory(block: number): Uint8Array {
    return new Uint8Array(this.#kernel.exports.memory.buffer, block, this.#kernel.exports.covariatesBytes());
  }

  /** Write the features of the step that ended at `endMs` and of those to come. */
  #writeRows(endMs: number, season: ArrayLike<number> | undefined): void {
    const { clock } = this.#sources;
    const stepMs = this.#stepMs;
    for (let h = 0; h <= this.#reach; h++) {
      const at = h * FEATURES;
      const fromMs = endMs + (h - 1) * stepMs;
      if (this.#hasCalendar) this.#rows.set(calendarFeatures(clock(fromMs + stepMs / 2), stepMs), at);
      this.#rows[at + SEASON] = season?.[h] ?? NaN;
      for (const [i, near] of this.#near.entries()) {
        const features = near.length === 0 ? NO_EVENT : eventFeatures(near, fromMs, stepMs);
        this.#rows.set(features, at + EVENTS + i * EVENT_FEATURES);
      }
      for (const [i, lags] of this.#upstream.entries()) {
        this.#rows.set(lags.features(h), at + UPSTREAM + i * LAGS);
      }
    }
  }

  /**
   * Keep places for the kinds of events that matter now; the one that did so longest ago makes room. A kind whose events
   * were withdrawn matters no longer.
   */
  #followKinds(nowMs: number): void {
    const soonMs = nowMs + this.#reach * this.#stepMs;
    const near = this.#sources.events().filter((event) => {
      const reach = reachMs(event, this.#stepMs);
      return event.fromMs - reach <= soonMs && event.toMs + reach >= nowMs;
    });
    const names = new Set(near.map((event) => event.kind));
    for (const kind of this.#kinds) {
      if (kind !== undefined && names.delete(kind.name)) kind.lastMs = nowMs;
    }
    for (const name of names) this.#makeRoom(name, nowMs);
    if (near.length === 0 && this.#near.every((events) => events.length === 0)) return;
    this.#near = this.#kinds.map((kind) => near.filter((event) => event.kind === kind?.name));
  }

  #makeRoom(name: string, nowMs: number): void {
    const last = this.#kinds.map((kind) => kind?.lastMs ?? -Infinity);
    const oldest = last.indexOf(Math.min(...last));
    if (last[oldest]! >= nowMs) return;
    const first = FIRST_KIND_GROUP + 2 * oldest;
    this.#forget([first, first + 1]);
    this.#kinds[oldest] = { name, lastMs: nowMs };
  }

  /** Names of the groups; `undefined` of those that nothing is behind. */
  #names(): (string | undefined)[] {
    return [
      resolvesDay(this.#stepMs) ? 'time of day' : undefined,
      resolvesWeek(this.#stepMs) ? 'day of week' : undefined,
      'season',
      ...this.#kinds.flatMap((kind) => ['during', 'around'].map((part) => kind && `${part} ${kind.name}`)),
      ...Array.from({ length: MOST_UPSTREAM }, (_, i) => this.#sources.upstream[i]).flatMap((stream) =>
        [1, 3, 5].map((lag) => stream && `${stream}, ${lag} and ${lag + 1} steps before`),
      ),
    ];
  }
}

function groupsOfUpstream(place: number): readonly number[] {
  const first = FIRST_UPSTREAM_GROUP + place * GROUPS_PER_UPSTREAM;
  return Array.from({ length: GROUPS_PER_UPSTREAM }, (_, i) => first + i);
}
