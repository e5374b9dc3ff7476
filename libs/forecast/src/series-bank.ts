import { ForecastError } from './errors.ts';
import { FirstBank } from './reference/first-bank.ts';
import { StateReader, StateWriter } from './state-codec.ts';

/** `bank`: experts under online weights. `last-value`: the newest value, for comparison. */
export type Forecaster = 'bank' | 'last-value';

export interface SeriesBankOptions {
  /** Horizons in steps, strictly ascending. */
  readonly steps: readonly number[];
  readonly forecaster?: Forecaster;
}

/** One forecast; each array has one entry per horizon. NaN before the first value. */
export interface BankForecast {
  readonly mean: Float64Array;
  /** 5 % quantile. */
  readonly lower: Float64Array;
  /** 95 % quantile. */
  readonly upper: Float64Array;
}

export interface ExpertWeights {
  readonly name: string;
  /** One entry per horizon; the experts of a horizon sum to 1. */
  readonly weights: readonly number[];
}

const FORMAT = 'foreshadow-bank-0';

/** Forecasts one series at one resolution. Same state and values give byte-identical forecasts in every engine. */
export class SeriesBank {
  readonly steps: readonly number[];
  readonly #bank: FirstBank;
  readonly #forecaster: Forecaster;

  constructor(options: SeriesBankOptions) {
    const { steps } = options;
    const valid = steps.length > 0 && steps.every((s, i) => Number.isInteger(s) && s > (steps[i - 1] ?? 0));
    if (!valid) {
      throw new ForecastError('INVALID_ARGUMENT', `steps must ascend from 1, got [${steps.join(', ')}]`);
    }
    this.steps = steps;
    this.#forecaster = options.forecaster ?? 'bank';
    this.#bank = new FirstBank(steps);
  }

  /** Take in the value of the next step; `undefined`, NaN and ±Infinity are missing. */
  update(y: number | undefined): void {
    this.#bank.update(y ?? NaN);
  }

  predict(): BankForecast {
    const last = this.#bank.get(1);
    const read = (i: number): Float64Array =>
      Float64Array.from(this.steps, (_, h) =>
        this.#forecaster === 'last-value' ? last : this.#bank.get(this.#bank.newest(h) + i),
      );
    return { mean: read(0), lower: read(1), upper: read(2) };
  }

  weights(): readonly ExpertWeights[] {
    if (this.#forecaster === 'last-value') return [{ name: 'naive', weights: this.steps.map(() => 1) }];
    const rows = this.steps.map((_, h) => this.#bank.weights(h));
    return FirstBank.names.map((name, k) => ({ name, weights: rows.map((row) => row[k] ?? 0) }));
  }

  /** What each expert says now. */
  expertForecasts(): readonly { readonly name: string; readonly forecast: readonly number[] }[] {
    const rows = this.steps.map((_, h) => this.#bank.expertForecasts(h));
    return FirstBank.names.map((name, k) => ({ name, forecast: rows.map((row) => row[k] ?? NaN) }));
  }

  /** Forecasts of the shortest horizon that were scored so far. */
  get scored(): number {
    return Math.max(0, this.#bank.get(0) - (this.steps[0] ?? 1));
  }

  toState(): Uint8Array {
    return new StateWriter()
      .blob(new TextEncoder().encode(FORMAT))
      .numbers(this.steps)
      .numbers(this.#bank.words)
      .finish();
  }

  /**
   * Go on from a state.
   * @throws {ForecastError} `STATE_MISMATCH` if it comes from another version or other horizons, `INVALID_STATE` if it
   * is damaged. The bank stays as it was.
   */
  fromState(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    const format = new TextDecoder().decode(reader.blob());
    const steps = reader.numbers();
    if (format !== FORMAT || steps.join() !== this.steps.join()) {
      throw new ForecastError('STATE_MISMATCH', 'the state comes from another version or other horizons');
    }
    const words = reader.numbers();
    reader.end();
    if (words.length !== this.#bank.words.length) {
      throw new ForecastError('INVALID_STATE', 'the state has another length');
    }
    this.#bank.words.set(words);
  }
}
