/** Something whose models want fitting now and then. */
export interface Fittable {
  /** What a fit would be worth now; 0: nothing is due. */
  readonly fitGain: number;
  /** Do at most so many pieces of the work that is due. */
  maintain(pieces: number): { readonly pieces: number; readonly fits: number };
}

export interface FitBudgetOptions {
  /** Share of the time that fits may take, of one core; 0.05 by default. */
  readonly share?: number;
  /**
   * Monotonic milliseconds: the budget is then counted in time. Without it a piece counts as 2 ms, so that the same
   * observations give the same forecasts wherever they are made.
   */
  readonly monotonicMs?: () => number;
  /** Most that is spent at one observation, ms: it delays what else runs on the thread; 16 by default. */
  readonly atOnceMs?: number;
}

const SHARE = 0.05;
const PIECE_MS = 2;
const AT_ONCE_MS = 16;
/** Unspent budget is kept up to so many milliseconds. */
const MOST_CREDIT_MS = 2000;
/** Candidates looked at before one is chosen. */
const LOOKED_AT = 32;

/** Spends a share of the time on fits, one at a time, on whatever gains most. */
export class FitBudget {
  readonly #share: number;
  readonly #monotonicMs: (() => number) | undefined;
  readonly #atOnceMs: number;
  #creditMs = 0;
  #lastAtMs = NaN;
  #busy: Fittable | undefined;
  #next = 0;
  #spentMs = 0;
  #fits = 0;

  constructor({ share = SHARE, monotonicMs, atOnceMs = AT_ONCE_MS }: FitBudgetOptions = {}) {
    this.#share = share;
    this.#atOnceMs = atOnceMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Time spent on fits so far, and fits that came to their end. */
  get spent(): { readonly ms: number; readonly fits: number } {
    return { ms: this.#spentMs, fits: this.#fits };
  }

  /** Earn what the time since the last call is worth, and spend some of it on the most promising candidate. */
  run(atMs: number, candidates: readonly Fittable[]): void {
    const elapsedMs = atMs - this.#lastAtMs;
    if (!(elapsedMs <= 0)) this.#lastAtMs = atMs;
    if (elapsedMs > 0) this.#creditMs = Math.min(MOST_CREDIT_MS, this.#creditMs + this.#share * elapsedMs);
    let atOnceMs = Math.min(this.#creditMs, this.#atOnceMs);
    while (atOnceMs > 0) {
      this.#busy ??= this.#choose(candidates);
      if (this.#busy === undefined) return;
      const costMs = this.#piece(this.#busy);
      atOnceMs -= costMs;
      this.#creditMs -= costMs;
      this.#spentMs += costMs;
    }
  }

  /** Do not go on with a candidate that is no more. */
  forget(candidate: Fittable): void {
    if (this.#busy === candidate) this.#busy = undefined;
  }

  #piece(candidate: Fittable): number {
    const startMs = this.#monotonicMs?.() ?? 0;
    const { pieces, fits } = candidate.maintain(1);
    this.#fits += fits;
    if (fits > 0 || pieces === 0) this.#busy = undefined;
    return this.#monotonicMs === undefined ? PIECE_MS : Math.max(0.01, this.#monotonicMs() - startMs);
  }

  /** The best of the next few in turn. */
  #choose(candidates: readonly Fittable[]): Fittable | undefined {
    let best: Fittable | undefined;
    let most = 0;
    for (let i = Math.min(LOOKED_AT, candidates.length); i > 0; i--) {
      const candidate = candidates[this.#next++ % candidates.length];
      const gain = candidate?.fitGain ?? 0;
      if (!(gain > most)) continue;
      most = gain;
      best = candidate;
    }
    return best;
  }
}
