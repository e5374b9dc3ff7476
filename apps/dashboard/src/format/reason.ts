import type { Basis, ReasonCode } from '@foreshadow/domain';

/** How a reason is marked: more capacity, less, attention wanted, or nothing to do. */
export type Tone = 'up' | 'down' | 'alert' | 'calm';

export interface ReasonWords {
  readonly words: string;
  readonly tone: Tone;
}

const REASONS: Readonly<Record<ReasonCode, ReasonWords>> = {
  INITIAL: { words: 'First plan', tone: 'calm' },
  FORECAST_SCALE_UP: { words: 'Scale up ahead of forecast', tone: 'up' },
  REACTIVE_SCALE_UP: { words: 'Scale up for present load', tone: 'up' },
  BACKLOG_SCALE_UP: { words: 'Scale up to clear backlog', tone: 'up' },
  BELOW_MINIMUM: { words: 'Raised to minimum', tone: 'up' },
  FORECAST_SCALE_DOWN: { words: 'Scale down', tone: 'down' },
  VERTICAL_UP: { words: 'Larger workers', tone: 'up' },
  VERTICAL_DOWN: { words: 'Smaller workers', tone: 'down' },
  REBALANCE: { words: 'Rebalance partitions', tone: 'calm' },
  WITHIN_TOLERANCE: { words: 'Within tolerance', tone: 'calm' },
  STABILIZING: { words: 'Stabilizing', tone: 'calm' },
  DEMAND_RETURNS: { words: 'Kept: demand returns', tone: 'calm' },
  BACKLOGGED: { words: 'Kept: backlog', tone: 'calm' },
  NO_DATA: { words: 'Kept: no data', tone: 'alert' },
  OVER_BUDGET: { words: 'Over budget', tone: 'alert' },
  AT_MAXIMUM: { words: 'At maximum', tone: 'alert' },
  HOT_PARTITION: { words: 'Hot partition', tone: 'alert' },
  PAUSED: { words: 'Paused', tone: 'calm' },
};

const BASES: Readonly<Record<Basis, string>> = {
  forecast: 'fresh forecast',
  'aged-forecast': 'aged forecast',
  'actuator-forecast': "actuator's own forecast",
  reactive: 'present load',
  hold: 'last plan held',
};

/** A reason code in words. A code that this page does not know is shown as it is. */
export function reasonWords(code: string): ReasonWords {
  return Object.hasOwn(REASONS, code)
    ? REASONS[code as ReasonCode]
    : { words: code.toLowerCase().replaceAll('_', ' '), tone: 'calm' };
}

/** Rung of the fallback ladder in words. */
export function basisWords(basis: string): string {
  return Object.hasOwn(BASES, basis) ? BASES[basis as Basis] : basis;
}
