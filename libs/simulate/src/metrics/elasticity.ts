/** Elasticity of a supply against a demand over the judged time; percentages. */
export interface Elasticity {
  /** Mean shortfall relative to demand. */
  readonly thetaU: number;
  /** Mean surplus relative to demand. */
  readonly thetaO: number;
  /** Share of time with too little. */
  readonly tauU: number;
  /** Share of time with too much. */
  readonly tauO: number;
  /** Share of time in which supply moves otherwise than demand. */
  readonly upsilon: number;
}

/**
 * Metrics of SPEC RG Cloud (Herbst et al., "Ready for Rain? A View from SPEC Research on the Future of Cloud Metrics",
 * SPEC-RG-2016-01, section 4), one value a second: d demand, s supply, in workers.
 * θU = 100/T Σ max(d−s,0)/d Δt; θO = 100/T Σ max(s−d,0)/d Δt; τ: shares of time with s<d and s>d;
 * υ = 100/(T−1) Σ min(|sgn Δs − sgn Δd|, 1) Δt. Seconds without demand count as if it were one worker, so that nothing is
 * divided by zero.
 * @param from first second that counts
 */
export function elasticityOf(demand: ArrayLike<number>, supply: ArrayLike<number>, from = 0): Elasticity {
  const to = Math.min(demand.length, supply.length);
  const seconds = to - from;
  if (seconds < 1) return { thetaU: NaN, thetaO: NaN, tauU: NaN, tauO: NaN, upsilon: NaN };
  const sums = { thetaU: 0, thetaO: 0, tauU: 0, tauO: 0, upsilon: 0 };
  for (let i = from; i < to; i++) {
    const d = demand[i]!;
    const s = supply[i]!;
    const gap = (s - d) / Math.max(1, d);
    if (gap < 0) {
      sums.thetaU -= gap;
      sums.tauU++;
    } else if (gap > 0) {
      sums.thetaO += gap;
      sums.tauO++;
    }
    if (i === from) continue;
    const moves = Math.abs(Math.sign(s - supply[i - 1]!) - Math.sign(d - demand[i - 1]!));
    sums.upsilon += Math.min(moves, 1);
  }
  const share = (sum: number): number => (100 * sum) / seconds;
  return {
    thetaU: share(sums.thetaU),
    thetaO: share(sums.thetaO),
    tauU: share(sums.tauU),
    tauO: share(sums.tauO),
    upsilon: seconds > 1 ? (100 * sums.upsilon) / (seconds - 1) : 0,
  };
}

/** Below this, in per cent, a metric counts as this much: ratios of near-nothings say nothing. */
const LEAST_PERCENT = 0.1;

/**
 * Elastic speed-up ε: the geometric mean of θU, θO, τU and τO of a pool that never scales over the policy's (above 1: the
 * policy is better). Values below 0.1 % count as 0.1 %, in both, so that none is divided by zero.
 */
export function elasticSpeedup(policy: Elasticity, fixed: Elasticity): number {
  const keys = ['thetaU', 'thetaO', 'tauU', 'tauO'] as const;
  const least = (value: number): number => Math.max(LEAST_PERCENT, value);
  return Math.exp(
    keys.reduce((sum, key) => sum + Math.log(least(fixed[key]) / least(policy[key])), 0) / keys.length,
  );
}
