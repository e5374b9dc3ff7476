import { TrainerError } from './errors.ts';
import type { Network } from './network.ts';

/** One partition's series at the resolution that is trained for. */
export interface TrainingSeries {
  /** One value a step, NaN where missing. */
  readonly values: ArrayLike<number>;
  /** Wall-clock at which the first value's step began; without it no time of day is learned from, in no series. */
  readonly startMs?: number;
}

export interface TrainingOptions {
  /** Horizons of the head in steps, ascending, at most 64. */
  readonly steps: readonly number[];
  /** Length of a step. */
  readonly stepMs: number;
  /** Hidden units, a multiple of 4 up to 128; 24 by default. */
  readonly units?: number;
  /** Steps through which an error is led back; 48 by default. */
  readonly window?: number;
  /** Series that are followed side by side; 64 by default. */
  readonly batch?: number;
  /** At most so many; 40 by default. An epoch sees as many steps as there are, but makes 16 … 64 updates. */
  readonly epochs?: number;
  /** Epochs without a better loss on what is held out after which training stops; 15 by default. */
  readonly patience?: number;
  /** Of Adam at its height; 0.02 by default, a quarter of that after a warm start. */
  readonly learningRate?: number;
  /** The last part of each series, which is not trained on; 0.2 by default. */
  readonly heldOut?: number;
  readonly seed?: number;
  /** Weights to begin with and to be better than. Without effect if units, steps or stepMs differ. */
  readonly warmStart?: Network | undefined;
  /** Stands in the network; 0 by default. */
  readonly nowMs?: number;
}

export type ResolvedOptions = Required<Omit<TrainingOptions, 'warmStart'>> & {
  readonly warmStart: Network | undefined;
};

const DEFAULTS = {
  units: 24,
  window: 48,
  batch: 64,
  epochs: 40,
  patience: 15,
  learningRate: 0.02,
  heldOut: 0.2,
  seed: 1,
  nowMs: 0,
} as const;
/** The weights are near where they should be: large steps would only leave there. */
const WARM_SLOWDOWN = 4;

const INTEGERS = {
  units: [4, 128],
  window: [2, 1024],
  batch: [1, 1024],
  epochs: [1, 10_000],
  patience: [1, 10_000],
} as const;

/** Options with defaults filled in; throws INVALID_OPTION with key, value and range. */
export function resolveOptions(options: TrainingOptions): ResolvedOptions {
  const warmStart = fits(options.warmStart, options) ? options.warmStart : undefined;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedOptions = {
    ...DEFAULTS,
    ...(warmStart === undefined ? {} : { learningRate: DEFAULTS.learningRate / WARM_SLOWDOWN }),
    ...(given as unknown as TrainingOptions),
    warmStart,
  };
  for (const [key, [least, most]] of Object.entries(INTEGERS)) {
    const value = resolved[key as keyof typeof INTEGERS];
    check(
      key,
      value,
      Number.isInteger(value) && value >= least && value <= most,
      `an integer in ${least} … ${most}`,
    );
  }
  check('units', resolved.units, resolved.units % 4 === 0, 'a multiple of 4');
  check('learningRate', resolved.learningRate, resolved.learningRate > 0, '> 0');
  check('heldOut', resolved.heldOut, resolved.heldOut > 0 && resolved.heldOut <= 0.5, 'in (0, 0.5]');
  check('seed', resolved.seed, Number.isInteger(resolved.seed), 'an integer');
  check('stepMs', resolved.stepMs, resolved.stepMs > 0 && resolved.stepMs < Infinity, '> 0');
  check('nowMs', resolved.nowMs, Number.isFinite(resolved.nowMs), 'finite');
  requireSteps(resolved.steps);
  return resolved;
}

/** Whether a network is of the shape and resolution that is asked for. */
function fits(network: Network | undefined, { units, steps, stepMs }: TrainingOptions): boolean {
  if (network === undefined || network.units !== (units ?? DEFAULTS.units) || network.stepMs !== stepMs)
    return false;
  return network.steps.length === steps.length && network.steps.every((s, i) => s === steps[i]);
}

function requireSteps(steps: readonly number[]): void {
  const isCount = steps.length >= 1 && steps.length <= 64;
  const isAscending = steps.every((s, i) => Number.isInteger(s) && s > (steps[i - 1] ?? 0) && s <= 1e6);
  check('steps', steps.join(', '), isCount && isAscending, '1 … 64 ascending integers in 1 … 1000000');
}

function check(key: string, value: unknown, holds: boolean, range: string): void {
  if (!holds) throw new TrainerError('INVALID_OPTION', `${key} must be ${range}, got ${String(value)}`);
}
