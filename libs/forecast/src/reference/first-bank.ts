const NAMES = ['naive', 'mean', 'ses', 'ses-fast', 'holt-damped', 'drift'] as const;
const K = NAMES.length;
const ALPHAS = [0.02, 0.2, 0.5];
const HEADER = 12;

/** Small bank in one block of numbers: simple experts, MLpol weights and quantile tracking per horizon. */
export class FirstBank {
  static readonly names: readonly string[] = NAMES;
  readonly words: Float64Array;
  readonly #steps: readonly number[];
  readonly #perHorizon: readonly number[];

  constructor(steps: readonly number[]) {
    this.#steps = steps;
    let at = HEADER;
    this.#perHorizon = steps.map((s) => {
      const offset = at;
      at += 8 + 3 * K + (s + 1) * (K + 3);
      return offset;
    });
    this.words = new Float64Array(at);
    this.words.fill(NaN, 1, 8);
    for (const o of this.#perHorizon) this.words.fill(NaN, o + 8 + 3 * K, o + 8 + 3 * K + 0);
  }

  get(i: number): number {
    return this.words[i] ?? NaN;
  }

  update(raw: number): void {
    const y = Number.isFinite(raw) ? raw : NaN;
    const w = this.words;
    this.#steps.forEach((s, h) => this.#score(s, this.#perHorizon[h] ?? 0, y));
    if (!Number.isNaN(y)) this.#learn(y);
    w[0] = this.get(0) + 1;
    this.#steps.forEach((s, h) => this.#issue(s, this.#perHorizon[h] ?? 0));
  }

  #learn(y: number): void {
    const w = this.words;
    const last = this.get(1);
    if (Number.isNaN(last)) {
      w.fill(y, 1, 6);
      w[6] = 0;
      w[7] = y;
    } else {
      ALPHAS.forEach((a, i) => {
        w[2 + i] = this.get(2 + i) + a * (y - this.get(2 + i));
      });
      const level = this.get(5) + 0.9 * this.get(6);
      w[6] = 0.9 * this.get(6) + 0.1 * 0.4 * (y - level);
      w[5] = level + 0.4 * (y - level);
      w[1] = y;
    }
    w[8] = Math.min(this.get(8), y);
    w[9] = this.get(9) + 1;
    w[10] = this.get(10) + (Math.abs(y) - this.get(10)) / Math.min(this.get(9), 200);
  }

  #expert(k: number, s: number): number {
    if (k === 0) return this.get(1);
    if (k <= 3) return this.get(1 + k);
    const trend = this.get(6);
    if (k === 4) return this.get(5) + 9 * trend * (1 - 0.9 ** Math.min(s, 50));
    return this.get(1) + (s * (this.get(1) - this.get(7))) / Math.max(1, this.get(0) - 1);
  }

  #issue(s: number, o: number): void {
    const w = this.words;
    const slot = o + 8 + 3 * K + (this.get(0) % (s + 1)) * (K + 3);
    let sum = 0;
    let mean = 0;
    for (let k = 0; k < K; k++) {
      const f = this.#expert(k, s);
      const weight = this.get(o + 8 + 2 * K + k);
      w[slot + k] = f;
      sum += weight;
      mean += weight * f;
    }
    mean = sum > 0 ? mean / sum : this.get(1);
    const floor = this.get(8) >= 0 ? 0 : -Infinity;
    mean = Math.max(floor, mean);
    w[slot + K] = mean;
    w[slot + K + 1] = Math.max(floor, mean - Math.max(0, this.get(o)));
    w[slot + K + 2] = mean + Math.max(0, this.get(o + 1));
  }

  #score(s: number, o: number, y: number): void {
    const w = this.words;
    const origin = this.get(0) - s;
    if (origin < 0 || Number.isNaN(y)) return;
    const slot = o + 8 + 3 * K + ((origin + 1) % (s + 1)) * (K + 3);
    const mean = this.get(slot + K);
    if (Number.isNaN(mean)) return;
    const error = y - mean;
    w[o + 2] = this.get(o + 2) + 1;
    w[o + 3] = this.get(o + 3) + (Math.abs(error) - this.get(o + 3)) / Math.min(50, this.get(o + 2));
    const scale = Math.max(this.get(o + 3), 1e-9);
    const eta = 0.25 * scale;
    w[o] = this.get(o) + eta * ((y < this.get(slot + K + 1) ? 1 : 0) - 0.05);
    w[o + 1] = this.get(o + 1) + eta * ((y > this.get(slot + K + 2) ? 1 : 0) - 0.05);
    const sign = error > 0 ? -1 : error < 0 ? 1 : 0;
    for (let k = 0; k < K; k++) {
      const r = (sign * (mean - this.get(slot + k))) / scale;
      const regret = o + 8 + k;
      w[regret] = this.get(regret) + r;
      w[regret + K] = this.get(regret + K) + r * r;
      w[regret + 2 * K] = Math.max(0, this.get(regret)) / (1 + this.get(regret + K));
    }
  }

  /** Word of the newest forecast's mean; lower and upper follow. */
  newest(h: number): number {
    const s = this.#steps[h] ?? 1;
    return (this.#perHorizon[h] ?? 0) + 8 + 3 * K + (this.get(0) % (s + 1)) * (K + 3) + K;
  }

  weights(h: number): number[] {
    const o = (this.#perHorizon[h] ?? 0) + 8 + 2 * K;
    const raw = NAMES.map((_, k) => this.get(o + k));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((v, k) => (sum > 0 ? v / sum : k === 0 ? 1 : 0));
  }

  expertForecasts(h: number): number[] {
    const at = this.newest(h) - K;
    return NAMES.map((_, k) => this.get(at + k));
  }
}
