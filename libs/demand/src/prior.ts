import type { ResourceVector } from '@foreshadow/domain';
import { FEATURES } from './features.ts';
import type { Fit, Prior } from './fit.ts';

/**
 * Spread of the prior where nothing is known, per feature, as shares of mean use. Flows (CPU, network, disk) are put
 * down to load unless evidence shows a base: with a load that never varied the two cannot be told apart, and demand
 * that is too high at a rising load is the safe error. Memory is a stock and the other way round.
 */
const UNKNOWN_FLOW = [0.3, 1, 1, 1] as const;
const UNKNOWN_STOCK = [10, 0.02, 0.02, 0.02] as const;
/** A hint is trusted to about half its contribution. */
const HINT_TRUST = 0.5;
/** Overhead outside the handler is taken to grow with load by some hundredths of the handler's own cost. */
const HANDLER_TRUST = 0.06;
/** Below this share of use a prior is never certain. */
const LEAST_SPREAD = 0.02;

/**
 * Prior of one resource's coefficients: the handler's own cost where it was measured (it has no base in it, so it
 * settles what is slope and what is base even under constant load), else the user's hints, else "unknown".
 */
export function priorOf(
  resource: keyof ResourceVector,
  hinted: readonly (number | undefined)[],
  handler: Fit | undefined,
  meanFeatures: readonly number[],
  meanUse: number,
): Prior {
  const unknown = resource === 'memoryBytes' ? UNKNOWN_STOCK : UNKNOWN_FLOW;
  const mean: number[] = [];
  const spread: number[] = [];
  for (let i = 0; i < FEATURES; i++) {
    const measured = i === 0 ? undefined : handler?.coefficients[i];
    const center = measured ?? hinted[i];
    const trust = measured === undefined ? HINT_TRUST : HANDLER_TRUST;
    mean.push(center ?? 0);
    const share =
      center === undefined ? unknown[i]! : trust * contribution(center, meanFeatures[i]!, meanUse);
    // With the slopes settled by the handler, what remains is base: nothing keeps it small.
    const settled = i === 0 && center === undefined && handler !== undefined;
    spread.push(Math.max(LEAST_SPREAD, settled ? 1 : share));
  }
  return { mean, spread };
}

function contribution(coefficient: number, feature: number, meanUse: number): number {
  return meanUse > 0 ? (coefficient * feature) / meanUse : 1;
}
