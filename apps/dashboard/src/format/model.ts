import type { FeatureRecord, ForecasterView, LevelSeasons, ModelRecord } from '@foreshadow/domain';
import { formatPercent, isPresent, MISSING } from './number.ts';
import { formatDuration } from './time.ts';

/** Names of parameters as the field writes them. */
const SYMBOLS: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  phi: 'φ',
  theta: 'θ',
  sigma: 'σ',
  sigma2: 'σ²',
};

/** A ratio to last value, `0.82`. */
export function formatRatio(value: number | null): string {
  return isPresent(value) ? value.toFixed(2) : MISSING;
}

/** Parameters in one line, `α 0.31 · φ 0.94`; parts of a name stay, as in `ar1`. */
export function parameterWords(parameters: ModelRecord['parameters']): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${SYMBOLS[name] ?? name} ${Number(value.toPrecision(3))}`)
    .join(' · ');
}

/** What a model was fitted to, and how it did. */
export function fitWords({ trainedOn, stepMs, score }: ModelRecord, nowMs: number): string {
  const ago = formatDuration(Math.max(0, Math.round((nowMs - trainedOn.toMs) / 1_000) * 1_000));
  const fitted = `fitted ${ago} ago to ${trainedOn.count} steps of ${formatDuration(stepMs)}`;
  return isPresent(score) ? `${fitted}, error ${formatRatio(score)} of last value since` : fitted;
}

/** Seasons found, by resolution: `1 min (at steps of 1 s)`. */
export function seasonWords(seasons: readonly LevelSeasons[]): string {
  const found = seasons.filter(({ lengths }) => lengths.length > 0);
  if (found.length === 0) return 'no season found: nothing repeats beyond chance';
  const words = found.map(({ stepMs, lengths }) => {
    const durations = lengths.map((length) => formatDuration(length * stepMs)).join(', ');
    return `${durations} (at steps of ${formatDuration(stepMs)})`;
  });
  return `seasons found: ${words.join('; ')}`;
}

/** A feature and what it is worth: `day of week (at steps of 30 min): used, saves 12 % of the error`. */
export function featureWords({ name, stepMs, isIn, saved }: FeatureRecord): string {
  const state = isIn ? 'used' : 'explains more than chance, not used';
  const worth = isPresent(saved)
    ? `, ${isIn ? 'saves' : 'would save'} ${formatPercent(saved)} of the error`
    : '';
  return `${name} (at steps of ${formatDuration(stepMs)}): ${state}${worth}`;
}

/** Who runs a forecaster. */
export function forecasterWords({ nodeId }: Pick<ForecasterView, 'nodeId'>): string {
  return nodeId === null ? 'actuator' : nodeId;
}
