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
const RECORDS = 1;
const WORK = 3;
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
  if (resource === 'cpuCores' && isMeasured(meanFeatures) && handler === undefined) {
    return ofWork(hinted, meanFeatures);
  }
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

/** Share of use that records and bytes are taken to explain beside work that was measured. */
const BESIDE_WORK = 0.05;

/** Whether the work of records is known: a probe measures it, or workers report it. */
function isMeasured(meanFeatures: readonly number[]): boolean {
  return (meanFeatures[WORK] ?? 0) > 0;
}

/**
 * Work is what a record costs, in units of its own: CPU is put down to it, and the hint for a record is one for its work.
 * As long as records cost the same the two cannot be told apart, and when the mix changes it is the work that tells.
 */
function ofWork(hinted: readonly (number | undefined)[], meanFeatures: readonly number[]): Prior {
  const perWork =
    hinted[WORK] ?? ((hinted[RECORDS] ?? 0) * (meanFeatures[RECORDS] ?? 0)) / (meanFeatures[WORK] ?? 1);
  const isHinted = perWork > 0;
  return {
    mean: [hinted[0] ?? 0, 0, 0, perWork],
    spread: [UNKNOWN_FLOW[0], BESIDE_WORK, BESIDE_WORK, isHinted ? HINT_TRUST : UNKNOWN_FLOW[3]],
  };
}

function contribution(coefficient: number, feature: number, meanUse: number): number {
  return meanUse > 0 ? (coefficient * feature) / meanUse : 1;
}
