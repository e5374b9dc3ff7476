import type { DriftEvent, HorizonScore, ModelRecord } from '@foreshadow/domain';
import type { Lead, Refit } from './model-news.ts';

/** `5 s`, `1 min`, `2 h`. */
export function durationWords(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1000 === 0 || ms > 10_000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`;
}

export function driftWords(drift: DriftEvent, refits: readonly Refit[]): string {
  return `drift: ${drift.kind}; ${refits.length === 0 ? 'refit follows' : `refit of ${refitList(refits)}`}`;
}

/** Evidence of a refit: what the model was before, and how it did against last value. */
export function refitWords(refits: readonly Refit[]): string {
  return `refit: ${refitList(refits)}`;
}

function refitList(refits: readonly Refit[]): string {
  return refits.map(({ before, after }) => `${modelWords(before, after)}${scoreWords(before)}`).join(', ');
}

function modelWords(before: ModelRecord, after: ModelRecord): string {
  const form = before.form === after.form ? after.form : `${before.form} → ${after.form}`;
  return `${after.algorithm} ${form} on ${after.trainedOn.count} steps of ${durationWords(after.stepMs)}`;
}

function scoreWords({ score }: ModelRecord): string {
  return Number.isFinite(score) ? ` (error ${ratio(score)} of last value before)` : '';
}

export function leadWords(from: Lead, to: Lead, horizonMs: number, score: HorizonScore | undefined): string {
  const weights = `${from.expert} (${share(from.weight)}) → ${to.expert} (${share(to.weight)})`;
  return `leading expert at ${durationWords(horizonMs)}: ${weights}; ${evidenceWords(score)}`;
}

function evidenceWords(score: HorizonScore | undefined): string {
  if (score === undefined || score.scored === 0) return 'nothing was scored yet';
  const { scored, wape, wapeNaive, coverage90 } = score;
  const against = wapeNaive > 0 ? `, ${ratio(wape / wapeNaive)} of last value` : '';
  return `WAPE ${share(wape)}${against}, coverage ${share(coverage90)}, ${scored} scored`;
}

const share = (value: number): string =>
  Number.isFinite(value) ? `${Math.round(value * 1000) / 10} %` : '–';
const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–');
