/** Quantiles of the head: 5, 50 and 95 %. */
const LOWER = 0.05;
const UPPER = 0.95;

/** Sum of weighted losses and of their weights, to be put together over windows. */
export interface LossSum {
  readonly loss: number;
  readonly weight: number;
}

/** Weight of each horizon: errors of a random walk grow with the root of the steps. */
export function horizonWeights(steps: readonly number[]): readonly number[] {
  return steps.map((s) => 1 / Math.sqrt(s));
}

/** Pinball loss (Koenker & Bassett 1978) of a forecast that `error` was missed by, observed − forecast. */
export function pinball(error: number, quantile: number): number {
  return error > 0 ? quantile * error : (quantile - 1) * error;
}

/**
 * Pinball loss of a head's outputs at the three quantiles: m − softplus(a), m and m + softplus(b).
 * @param outputs [rows, 3 · horizons] of m, a, b
 * @param targets [rows, horizons], NaN where nothing is to be scored
 * @param gradient written if given: the derivative of loss / weight by each output
 */
export function quantileLoss(
  outputs: Float32Array,
  targets: Float32Array,
  weights: readonly number[],
  gradient?: Float32Array,
): LossSum {
  const horizons = weights.length;
  let loss = 0;
  let weight = 0;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (Number.isNaN(target)) continue;
    const h = i % horizons;
    const w = weights[h]!;
    const at = 3 * (i - h) + h;
    const below = outputs[at + horizons]!;
    const above = outputs[at + 2 * horizons]!;
    const error = target - outputs[at]!;
    const lower = error + softplus(below);
    const upper = error - softplus(above);
    loss += w * (pinball(error, 0.5) + pinball(lower, LOWER) + pinball(upper, UPPER));
    weight += w;
    if (gradient === undefined) continue;
    // d pinball / d error: the quantile above the forecast, the quantile less one below it.
    const dMedian = error > 0 ? 0.5 : -0.5;
    const dLower = lower > 0 ? LOWER : LOWER - 1;
    const dUpper = upper > 0 ? UPPER : UPPER - 1;
    gradient[at] = -w * (dMedian + dLower + dUpper);
    gradient[at + horizons] = w * dLower * sigmoid(below);
    gradient[at + 2 * horizons] = -w * dUpper * sigmoid(above);
  }
  if (gradient !== undefined && weight > 0) for (let i = 0; i < gradient.length; i++) gradient[i]! /= weight;
  return { loss, weight };
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
