import { DirectRls } from './direct-rls.ts';
import type { History } from './history.ts';
import { PHI, type PlainExperts } from './plain-experts.ts';

const CATCH_UP = 8;
const REGRESSORS = 16;

/** Additive Holt–Winters in error-correction form with a damped trend. */
class HoltWinters {
  level: number;
  trend = 0;
  readonly season: Float32Array;
  readonly #alpha: number;

  constructor(level: number, length: number, alpha: number) {
    this.level = level;
    this.season = new Float32Array(length);
    this.#alpha = alpha;
  }

  /** Returns the one-step error; a missing value moves the level along its trend and leaves the season. */
  learn(phase: number, y: number, gamma: number): number {
    const trend = PHI * this.trend;
    const level = this.level + trend;
    const s = this.season[phase]!;
    const error = Number.isNaN(y) ? 0 : y - (level + s);
    this.level = level + this.#alpha * error;
    this.trend = trend + this.#alpha * 0.02 * error;
    this.season[phase] = s + gamma * (1 - this.#alpha) * error;
    return error;
  }

  ahead(phase: number, dampedSum: number): number {
    return this.level + dampedSum * this.trend + this.season[phase]!;
  }
}

/** A Holt–Winters and the autoregression on what it leaves. */
interface Chain {
  readonly holtWinters: HoltWinters;
  readonly rls: DirectRls;
  residuals: number[];
}

/** One season: seasonal naive, seasonal drift, Holt–Winters slow and fast, an autoregression on each of them. */
export class Season {
  readonly length: number;
  readonly #steps: readonly number[];
  readonly #dampedSums: readonly number[];
  readonly #start: number;
  readonly #chains: readonly Chain[];
  #cursor: number;
  #mu: number;
  /** How far the series has lately been from the mean over its cycles. */
  #deviation = 0;

  constructor(
    history: History,
    plain: PlainExperts,
    length: number,
    steps: readonly number[],
    dampedSums: readonly number[],
  ) {
    this.length = length;
    this.#steps = steps;
    this.#dampedSums = dampedSums;
    this.#start = Math.max(0, history.n - Math.min(history.capacity, Math.max(6 * length, 384)));
    this.#cursor = this.#start;
    const span = Math.min(length, history.n - this.#start);
    const first = Array.from({ length: span }, (_, i) => history.at(this.#start + i));
    const present = first.filter((v) => !Number.isNaN(v));
    this.#mu = present.length > 0 ? present.reduce((a, b) => a + b, 0) / present.length : plain.last;
    const alphas = [Math.max(0.01, Math.min(0.05, 2 / length)), 0.5];
    this.#chains = alphas.map((alpha) => {
      const rls = new DirectRls(REGRESSORS, steps, 0.999);
      rls.reset(plain.floorScale());
      return { holtWinters: new HoltWinters(this.#mu, length, alpha), rls, residuals: new Array(7).fill(0) };
    });
  }

  /** Learn from the newest step, or from some more of the history while behind it. */
  step(history: History, plain: PlainExperts): void {
    const end = Math.min(history.n, this.#cursor + CATCH_UP);
    for (let t = this.#cursor; t < end; t++) this.#learn(history, plain, t);
    this.#cursor = end;
  }

  predict(history: History, h: number): number[] {
    const t = history.n - 1;
    const m = this.length;
    const steps = this.#steps[h]!;
    const then = t + steps - m * Math.ceil(steps / m);
    const same = history.at(then);
    const naive = Number.isNaN(same) ? history.at(then - m) : same;
    const drift = history.at(t) + (same - history.at(t - m));
    if (this.#cursor !== t + 1 || t - this.#start < m) return [naive, drift, NaN, NaN, NaN, NaN];
    const holtWinters = this.#chains.map((chain) => this.#ahead(chain, t, h));
    return [naive, drift, ...holtWinters, ...this.#chains.map(({ rls }) => rls.predict(t, h))];
  }

  /** Mean over the last cycles, moved by half of what the series has lately deviated from it. */
  cycleMean(history: History, h: number): number {
    const steps = this.#steps[h]!;
    const then = history.n - 1 + steps - this.length * Math.ceil(steps / this.length);
    return meanOverCycles(history, then, this.length) + 0.5 * this.#deviation;
  }

  #ahead({ holtWinters }: Chain, t: number, h: number): number {
    return holtWinters.ahead((t + this.#steps[h]!) % this.length, this.#dampedSums[h]!);
  }

  #learn(history: History, plain: PlainExperts, t: number): void {
    const y = history.at(t);
    const age = t - this.#start;
    const phase = t % this.length;
    if (age < this.length) {
      const deviation = Number.isNaN(y) ? 0 : y - this.#mu;
      for (const { holtWinters } of this.#chains) holtWinters.season[phase] = deviation;
      return;
    }
    if (!Number.isNaN(y)) this.#mu += Math.max(0.005, 1 / (age + 1)) * (y - this.#mu);
    const deviation = y - meanOverCycles(history, t - this.length, this.length);
    if (!Number.isNaN(deviation)) this.#deviation += 0.16 * (deviation - this.#deviation);
    const gamma = Math.max(0.1, 1 / (Math.floor(age / this.length) + 1));
    for (const chain of this.#chains) {
      const error = chain.holtWinters.learn(phase, y, gamma);
      chain.residuals = [error, ...chain.residuals.slice(0, 6)];
      if (!Number.isNaN(y)) this.#regress(history, plain, chain, t, y);
    }
  }

  #regress(history: History, plain: PlainExperts, chain: Chain, t: number, y: number): void {
    chain.rls.learn(t, y);
    const base = Float32Array.from(this.#steps, (_, h) => this.#ahead(chain, t, h));
    const x = [...chain.residuals, ...history.changes(t, 7), y - this.#mu, base[0]! - y];
    chain.rls.advance(t, Float32Array.from(x), base, plain.floorScale());
  }
}

/** Mean of the values at step `t` and up to five whole seasons before it; NaN where none is there. */
function meanOverCycles(history: History, t: number, length: number): number {
  let sum = 0;
  let present = 0;
  for (let i = 0; i < 6; i++) {
    const v = history.at(t - i * length);
    if (Number.isNaN(v)) continue;
    sum += v;
    present++;
  }
  return present > 0 ? sum / present : NaN;
}
