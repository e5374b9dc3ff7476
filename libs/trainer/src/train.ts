/**
 * Training of a network in the calling thread: loads TensorFlow.js. `TrainingWorker` of `@foreshadow/trainer` does the
 * same in a thread of its own.
 * @module
 */
import { Xoshiro128 } from '@foreshadow/domain';
import { Adam } from './adam.ts';
import { type Backend, useBackend } from './backend.ts';
import { TrainerError } from './errors.ts';
import { type Features, featuresOf, knowsTimeOfDay } from './features.ts';
import { HeldOut } from './held-out.ts';
import { Lanes, type Segment } from './lanes.ts';
import { INPUTS, type Network } from './network.ts';
import {
  type ResolvedOptions,
  resolveOptions,
  type TrainingOptions,
  type TrainingSeries,
} from './options.ts';
import {
  areSane,
  copyParameters,
  drawParameters,
  forgetTimeOfDay,
  fromWeights,
  type Parameters,
  toWeights,
} from './parameters.ts';
import { horizonWeights } from './quantile-loss.ts';
import type { EpochReport, RejectionReason, TrainingReport, TrainingResult } from './result.ts';
import { sampleSeries } from './sample.ts';
import { windowGradient } from './window.ts';

export { openNetwork, type OpenNetwork } from './open-network.ts';

/** Scored values below which neither training nor the comparison says anything. */
const LEAST_TARGETS = { seen: 200, heldOut: 40 } as const;
const UPDATES = { least: 16, most: 64 } as const;
/** Updates over which the learning rate rises to its height. */
const RISE = 20;
/** The learning rate falls to this part of its height, along a cosine (Loshchilov & Hutter 2017). */
const FALL = 0.02;

export interface TrainingHooks {
  readonly onEpoch?: (report: EpochReport) => void;
  /** Looked at between updates: training then rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** The backend of tfjs; WebAssembly by default. */
  readonly backend?: Backend;
}

/**
 * Train one network over many series of a stream and resolution, of which a million steps are taken at most. Its weights count only if they do better on the last
 * part of each series, which is not trained on, than last value and than the weights it began with.
 *
 * The same arguments give the same weights on the same machine and backend. The thread is busy but for a turn of the
 * event loop after each epoch.
 * @throws TrainerError INVALID_OPTION, ABORTED
 */
export async function trainNetwork(
  series: readonly TrainingSeries[],
  options: TrainingOptions,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  const resolved = resolveOptions(options);
  const backend = await useBackend(hooks.backend);
  const sample = sampleSeries(series);
  const timeOfDay = knowsTimeOfDay(sample, resolved);
  const features = sample.map((one) => featuresOf(one, resolved.steps, resolved.stepMs, timeOfDay));
  const training = new Training(features, resolved, timeOfDay);
  return training.run(backend, hooks);
}

/** One run: what is learned from, what is compared on, and the best weights so far. */
class Training {
  readonly #options: ResolvedOptions;
  readonly #timeOfDay: boolean;
  readonly #seen: readonly Segment[];
  readonly #heldOut: HeldOut;
  readonly #parameters: Parameters;
  readonly #lossNaive: number;
  readonly #lossBefore: number;
  #best: Parameters | undefined;
  #lossAfter = NaN;

  constructor(features: readonly Features[], options: ResolvedOptions, timeOfDay: boolean) {
    const { steps, units, warmStart } = options;
    this.#options = options;
    this.#timeOfDay = timeOfDay;
    this.#seen = features.map((f) => ({
      features: f,
      from: 0,
      to: Math.max(0, cutOf(f, options) - steps.at(-1)!),
    }));
    const tails = features.map((f) => ({ features: f, from: cutOf(f, options), to: f.length }));
    this.#heldOut = new HeldOut(tails, options.window, horizonWeights(steps));
    this.#parameters =
      warmStart === undefined
        ? drawParameters(units, steps, new Xoshiro128(options.seed))
        : fromWeights(units, steps.length, warmStart.weights);
    if (!timeOfDay) forgetTimeOfDay(this.#parameters);
    this.#lossNaive = this.#heldOut.naiveLoss(this.#seen);
    this.#lossBefore = warmStart === undefined ? NaN : this.#heldOut.loss(this.#parameters);
  }

  async run(backend: Backend, { onEpoch, signal }: TrainingHooks): Promise<TrainingResult> {
    const startedAtMs = performance.now();
    let epochs = 0;
    let updates = 0;
    const report = (): TrainingReport => ({
      backend,
      epochs,
      updates,
      lossBefore: this.#lossBefore,
      lossAfter: this.#lossAfter,
      lossNaive: this.#lossNaive,
      msPerEpoch: epochs > 0 ? (performance.now() - startedAtMs) / epochs : NaN,
      warmStarted: this.#options.warmStart !== undefined,
      knowsTimeOfDay: this.#timeOfDay,
    });
    if (this.#targetsSeen() < LEAST_TARGETS.seen || this.#heldOut.count < LEAST_TARGETS.heldOut) {
      return { accepted: false, reason: 'TOO_LITTLE_DATA', report: report() };
    }
    let sinceBest = 0;
    for (const updated of this.#epochs(signal)) {
      if (updated === 'diverged') return { accepted: false, reason: 'DIVERGED', report: report() };
      epochs += 1;
      updates += updated;
      const loss = this.#heldOut.loss(this.#parameters);
      onEpoch?.({ epoch: epochs, loss });
      sinceBest = this.#keepIfBest(loss) ? 0 : sinceBest + 1;
      if (sinceBest >= this.#options.patience) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const reason = this.#rejection();
    if (reason !== undefined || this.#best === undefined) {
      return { accepted: false, reason: reason ?? 'DIVERGED', report: report() };
    }
    return { accepted: true, network: this.#network(this.#best), report: report() };
  }

  /** Updates of each epoch in turn. */
  *#epochs(signal: AbortSignal | undefined): Generator<number | 'diverged'> {
    const { units, steps, window, epochs, learningRate, seed } = this.#options;
    const total = this.#seen.reduce((sum, { from, to }) => sum + to - from, 0);
    // Few steps in many lanes would be the same ones over and over.
    const count = Math.max(1, Math.min(this.#options.batch, Math.ceil(total / (4 * window))));
    const lanes = new Lanes(this.#seen, {
      units,
      horizons: steps.length,
      count,
      window,
      rng: new Xoshiro128(seed + 1),
    });
    const updates = Math.min(UPDATES.most, Math.max(UPDATES.least, Math.ceil(total / (count * window))));
    const adam = new Adam(this.#parameters);
    const weights = horizonWeights(steps);
    for (let update = 0; update < epochs * updates; ) {
      for (let i = 0; i < updates; i++, update++) {
        if (signal?.aborted === true)
          throw new TrainerError('ABORTED', 'training was aborted', { cause: signal.reason });
        const result = windowGradient(this.#parameters, lanes.next(), weights);
        lanes.goOn(result);
        const rate = learningRate * scheduleAt(update, epochs * updates);
        const isFinite = Number.isFinite(result.loss) && adam.update(this.#parameters, result.gradient, rate);
        if (!isFinite || !areSane(this.#parameters)) yield 'diverged';
      }
      yield updates;
    }
  }

  #keepIfBest(loss: number): boolean {
    const best = this.#best === undefined ? this.#lossBefore : this.#lossAfter;
    if (!(loss < (Number.isNaN(best) ? Infinity : best))) return false;
    this.#best = copyParameters(this.#parameters);
    this.#lossAfter = loss;
    return true;
  }

  #rejection(): RejectionReason | undefined {
    if (this.#best === undefined)
      return this.#options.warmStart === undefined ? 'DIVERGED' : 'NOT_BETTER_THAN_BEFORE';
    return this.#lossAfter < this.#lossNaive ? undefined : 'NOT_BETTER_THAN_NAIVE';
  }

  #targetsSeen(): number {
    const horizons = this.#options.steps.length;
    return this.#seen.reduce(
      (sum, { features, to }) =>
        sum +
        features.targets
          .subarray(0, to * horizons)
          .reduce((n, target) => n + (Number.isNaN(target) ? 0 : 1), 0),
      0,
    );
  }

  #network(parameters: Parameters): Network {
    const { units, steps, stepMs, nowMs } = this.#options;
    return {
      inputs: INPUTS,
      units,
      steps: [...steps],
      stepMs,
      trainedAtMs: nowMs,
      loss: this.#lossAfter,
      weights: toWeights(parameters),
    };
  }
}

/** Where the part of a series begins that is not trained on. */
function cutOf({ length }: Features, { heldOut }: ResolvedOptions): number {
  return Math.floor(length * (1 - heldOut));
}

/** Share of the learning rate: a rise, then half a cosine. */
function scheduleAt(update: number, total: number): number {
  return (
    Math.min(1, (update + 1) / RISE) * (FALL + (1 - FALL) * 0.5 * (1 + Math.cos((Math.PI * update) / total)))
  );
}
