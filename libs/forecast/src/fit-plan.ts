/** Models whose parameters are fitted in the background, in the order of their numbers in the kernel, from 1 on. */
export const FITTED_MODELS = ['ets', 'arima', 'theta', 'stl-ets', 'decomposable'] as const;
export type FittedModelName = (typeof FITTED_MODELS)[number];

/** What a fit of a model is to be made of. */
export interface FitRequest {
  readonly model: FittedModelName;
  /** Step at which the window ends, and steps in it. */
  readonly at: number;
  readonly window: number;
  /** Season in steps; 1: none. */
  readonly season: number;
  /** Form of the model, −1 where it is open. */
  readonly spec: readonly number[];
}

/** What is known of a series when it is decided what to fit. */
export interface FitSituation {
  /** Steps so far, and how many of them are kept. */
  readonly steps: number;
  readonly historySteps: number;
  /** Seasons found, in steps, the most telling first. */
  readonly seasons: readonly number[];
  /** Step of the newest drift alarm; −1: none. */
  readonly driftAt: number;
}

/** The last fit of a model, successful or not. */
export interface LastFit {
  /** Steps that the series had then. */
  readonly at: number;
  readonly season: number;
}

interface Rule {
  /** Steps before the first fit. */
  readonly least: number;
  /** Cycles of the season that must have been seen, and that the window holds. */
  readonly leastCycles: number;
  readonly windowCycles: number;
  /** Steps of the window without a season, and at most. */
  readonly window: number;
  readonly longest: number;
  /** Longest season that the model can have. */
  readonly longestSeason: number;
}

const RULES: Record<FittedModelName, Rule> = {
  ets: { least: 12, leastCycles: 3, windowCycles: 6, window: 300, longest: 1024, longestSeason: Infinity },
  arima: { least: 24, leastCycles: 4, windowCycles: 8, window: 300, longest: 400, longestSeason: 48 },
  theta: { least: 12, leastCycles: 3, windowCycles: 6, window: 300, longest: 1024, longestSeason: Infinity },
  'stl-ets': {
    least: 12,
    leastCycles: 2.5,
    windowCycles: 6,
    window: 300,
    longest: 2048,
    longestSeason: Infinity,
  },
  decomposable: {
    least: 48,
    leastCycles: 2,
    windowCycles: 8,
    window: 500,
    longest: 2048,
    longestSeason: Infinity,
  },
};

/** A young series is fitted again once it has grown by this factor, an old one after this share of the window. */
const GROWTH = 1.5;
const REST = 0.5;
/** Steps between two fits at least. */
const LEAST_REST = 24;
/** Steps of a new regime that are enough to learn from it alone. */
const LEAST_REGIME = 60;

/** What to fit a model to now, whether or not a fit is due; `undefined` if there is too little to fit to. */
export function requestFor(model: FittedModelName, now: FitSituation): FitRequest | undefined {
  const rule = RULES[model];
  const kept = Math.min(now.steps, now.historySteps, regimeSteps(now));
  const able = now.seasons.filter((m) => m <= rule.longestSeason && kept >= rule.leastCycles * m);
  const season = seasonFor(model, able);
  if (kept < rule.least || season === undefined) return undefined;
  const wished = season > 1 ? Math.max(rule.window, rule.windowCycles * season) : rule.window;
  const window = Math.min(
    kept,
    Math.max(wished, Math.ceil(rule.leastCycles * season)),
    longestFor(rule, season),
  );
  const second = model === 'decomposable' ? (able.find((m) => m !== season) ?? -1) : -1;
  return { model, at: now.steps, window, season, spec: second < 0 ? [] : [second] };
}

/** Steps that models may be fitted to: a regime that has lasted for a while is learned from alone. */
function regimeSteps(now: FitSituation): number {
  return sinceAlarm(now) >= LEAST_REGIME ? sinceAlarm(now) : Infinity;
}

function sinceAlarm({ steps, driftAt }: FitSituation): number {
  return driftAt < 0 ? Infinity : steps - driftAt;
}

/** STL carries the longest season, which contains the shorter ones; the others the most telling one. */
function seasonFor(model: FittedModelName, able: readonly number[]): number | undefined {
  if (model === 'stl-ets') return able.length === 0 ? undefined : Math.max(...able);
  return able[0] ?? 1;
}

function longestFor(rule: Rule, season: number): number {
  return Math.max(rule.longest, Math.ceil(rule.leastCycles * season));
}

/**
 * How due a fit is: 0 not at all, 1 just so, more with every step that passes; Infinity for a model that never was
 * fitted or whose season has changed.
 */
export function dueness(request: FitRequest, now: FitSituation, last: LastFit | undefined): number {
  if (last === undefined) return Infinity;
  const age = now.steps - last.at;
  if (age < LEAST_REST) return 0;
  if (request.season !== last.season) return Infinity;
  if (now.driftAt >= last.at && sinceAlarm(now) >= LEAST_REGIME) return 2;
  const rest = Math.max(LEAST_REST, Math.min((GROWTH - 1) * last.at, REST * request.window));
  return age >= rest ? age / rest : 0;
}
