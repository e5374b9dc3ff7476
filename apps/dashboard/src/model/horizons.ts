import type { LiveSnapshot } from '@foreshadow/domain';

const USUAL_LEAD_MS = 60_000;

/** The configured horizons of all partitions, ascending. */
export function horizonsOf(snapshot: LiveSnapshot): readonly number[] {
  const all = snapshot.partitions.flatMap((view) => view.forecast.map((point) => point.horizonMs));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** How far the forecasts reach; 0 without any. */
export function furthestHorizonMs(snapshot: LiveSnapshot): number {
  const ends = snapshot.partitions.map((view) => (view.path.at(-1) ?? view.forecast.at(-1))?.horizonMs ?? 0);
  return ends.reduce((furthest, end) => Math.max(furthest, end), 0);
}

/** The horizon at which earlier forecasts are shown until the reader chooses: the one nearest to a minute. */
export function usualLead(horizonsMs: readonly number[]): number {
  const distance = (horizonMs: number): number => Math.abs(horizonMs - USUAL_LEAD_MS);
  return [...horizonsMs].sort((a, b) => distance(a) - distance(b))[0] ?? USUAL_LEAD_MS;
}
