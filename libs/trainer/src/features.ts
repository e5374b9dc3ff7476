import { hearsTimeOfDay, INPUTS } from './network.ts';
import type { TrainingOptions, TrainingSeries } from './options.ts';

const DAY_MS = 86_400_000;
/** With less than this of data, the time of day only says where in the data one is. */
const LEAST_DAYS = 2;
const MEMORY = 144;
const ABSURD = 1e30;
/** Targets are cut here: what is further off is an outlier, and says no more. */
const MOST_TARGET = 50;

/** Series as the network sees them. */
export interface Features {
  readonly length: number;
  /** [length, INPUTS] */
  readonly inputs: Float32Array;
  /** [length, horizons] of (value then − last value) / unit, NaN where there is none. */
  readonly targets: Float32Array;
}

/** Whether the time of day is to be learned from: there are days enough, or the weights to begin with know of it. */
export function knowsTimeOfDay(
  series: readonly TrainingSeries[],
  { stepMs, warmStart }: Pick<TrainingOptions, 'stepMs' | 'warmStart'>,
): boolean {
  if (!series.every(({ startMs, values }) => Number.isFinite(startMs) || values.length === 0)) return false;
  const longest = series.reduce((most, { values }) => Math.max(most, values.length), 0);
  return longest * stepMs >= LEAST_DAYS * DAY_MS || (warmStart !== undefined && hearsTimeOfDay(warmStart));
}

/**
 * A series on the network's scale, step by step as the kernel does it (`lstm-scaling.ts` of `@foreshadow/wasm-forecast`):
 * deviation from a slow mean and change since the last value, both asinh of the mean change; sine and cosine of the time
 * of day; g/(g + 1) after g missing steps; the mean.
 */
export function featuresOf(
  { values, startMs }: TrainingSeries,
  steps: readonly number[],
  stepMs: number,
  timeOfDay: boolean,
): Features {
  const length = values.length;
  const inputs = new Float32Array(length * INPUTS);
  const targets = new Float32Array(length * steps.length);
  const scaling = new Scaling();
  for (let t = 0; t < length; t++) {
    const at = t * INPUTS;
    scaling.step(values[t]!, inputs, at);
    if (timeOfDay && startMs !== undefined) {
      const angle = (2 * Math.PI * ((startMs + t * stepMs) % DAY_MS)) / DAY_MS;
      inputs[at + 2] = Math.sin(angle);
      inputs[at + 3] = Math.cos(angle);
    }
    for (const [h, s] of steps.entries())
      targets[t * steps.length + h] = scaling.target(values[t + s] ?? NaN);
  }
  return { length, inputs, targets };
}

/** Running mean, mean change and last value of a series. */
class Scaling {
  #count = 0;
  #gap = 0;
  #level = 0;
  #spread = 0;
  #last = 0;

  /** Take a value in; writes all inputs but the time of day. */
  step(y: number, inputs: Float32Array, at: number): void {
    const isThere = Math.abs(y) <= ABSURD;
    const change = isThere ? this.#learn(y) : 0;
    this.#gap = isThere ? 0 : this.#gap + 1;
    const unit = this.#unit();
    if (isThere) {
      inputs[at] = Math.asinh((y - this.#level) / unit);
      inputs[at + 1] = Math.asinh(change / unit);
    }
    inputs[at + 4] = this.#gap / (this.#gap + 1);
    inputs[at + 5] = 0.25 * Math.asinh(this.#level / unit);
  }

  /** Where a later value lies, in units from the last one; NaN before there is a unit. */
  target(y: number): number {
    if (this.#count < 2 || !(Math.abs(y) <= ABSURD)) return NaN;
    return Math.max(-MOST_TARGET, Math.min(MOST_TARGET, (y - this.#last) / this.#unit()));
  }

  #unit(): number {
    return Math.max(this.#spread, 1e-4 * Math.abs(this.#level), 1e-30);
  }

  #learn(y: number): number {
    const change = this.#count > 0 ? y - this.#last : 0;
    if (this.#count > 0) {
      const size = Math.abs(change) / Math.sqrt(this.#gap + 1);
      this.#spread += (size - this.#spread) * Math.max(1 / this.#count, 1 / MEMORY);
    }
    this.#count += 1;
    this.#level += (y - this.#level) * Math.max(1 / this.#count, 1 / MEMORY);
    this.#last = y;
    return change;
  }
}
