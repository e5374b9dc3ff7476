import { FitJob, modelNumber } from './fit-job.ts';
import {
  dueness,
  FITTED_MODELS,
  type FittedModelName,
  type FitRequest,
  type FitSituation,
  requestFor,
} from './fit-plan.ts';
import { ModelRecordView } from './model-record-view.ts';
import type { ForecastKernel, Slot } from './kernel.ts';

/** What is due is looked at every so many steps. */
const LOOK_EVERY = 4;
/** A fit is adopted this many steps after its window ended: a quarter of the series, within these bounds. */
const LEAST_DELAY = 4;
const MOST_DELAY = 32;

/**
 * Keeps the fitted models of one series up to date. What to fit is decided at fixed steps and adopted a fixed number of
 * steps later; in between there is time to carry it out. So the same values give the same forecasts, whenever the work is
 * done, as long as it is done in time; what is late is adopted as soon as it is there. All that was decided is part of the
 * series' state.
 */
export class SeriesFits {
  readonly #kernel: ForecastKernel;
  /** Fits that came to their end and wait for their step; `undefined` where no model was found. */
  readonly #results = new Map<FittedModelName, Uint8Array | undefined>();
  #job: FitJob | undefined;
  #waiting = 0;

  constructor(kernel: ForecastKernel) {
    this.#kernel = kernel;
  }

  /** Fits that were decided on and not yet carried out. */
  get waiting(): number {
    return this.#waiting;
  }

  /** After each step: decide what to fit, adopt what is ripe. */
  step(slot: Slot, steps: number, situation: () => FitSituation): void {
    if (steps % LOOK_EVERY !== 0) return;
    const now = situation();
    for (const model of FITTED_MODELS) {
      const record = this.#record(slot, model);
      if (record.pendingAt === 0) this.#decide(record, model, now);
      else if (steps >= record.pendingAt + delayOf(record.pendingAt)) this.#adopt(slot, record, model);
    }
  }

  /**
   * Do at most `pieces` of the work that waits.
   * @returns how many pieces were done and how many fits came to their end
   */
  run(slot: Slot, pieces: number): { pieces: number; fits: number } {
    let done = 0;
    let fits = 0;
    while (done < pieces) {
      const job = this.#current(slot);
      if (job === undefined) break;
      let isSearching = true;
      while (isSearching && done < pieces) {
        isSearching = job.advance();
        done++;
      }
      if (isSearching) break;
      this.#results.set(job.request.model, job.finish());
      this.#job = undefined;
      this.#waiting--;
      fits++;
    }
    return { pieces: done, fits };
  }

  /** The slot was written anew: what waits there is carried out from the start. */
  restart(slot: Slot): void {
    this.#job = undefined;
    this.#results.clear();
    this.#waiting = FITTED_MODELS.filter((model) => this.#record(slot, model).pendingAt > 0).length;
  }

  #decide(record: ModelRecordView, model: FittedModelName, now: FitSituation): void {
    const request = requestFor(model, now);
    if (request === undefined || dueness(request, now, record.attempt) < 1) return;
    record.decide(request);
    this.#waiting++;
  }

  #adopt(slot: Slot, record: ModelRecordView, model: FittedModelName): void {
    if (!this.#results.has(model)) return;
    const state = this.#results.get(model);
    this.#results.delete(model);
    const at = record.pendingAt;
    record.settle();
    if (state === undefined) return;
    const { exports } = this.#kernel;
    const kind = modelNumber({ model });
    const address = exports.modelStateAt(slot.plan, slot.at, kind);
    new Uint8Array(exports.memory.buffer, address, state.length).set(state);
    exports.adoptModel(slot.plan, slot.at, kind, at);
  }

  #current(slot: Slot): FitJob | undefined {
    if (this.#job?.isLost === false) return this.#job;
    const request = this.#nextRequest(slot);
    this.#job = request && new FitJob(this.#kernel, slot, request);
    return this.#job;
  }

  #nextRequest(slot: Slot): FitRequest | undefined {
    for (const model of FITTED_MODELS) {
      const request = this.#results.has(model) ? undefined : this.#record(slot, model).pending(model);
      if (request !== undefined) return request;
    }
    return undefined;
  }

  #record({ plan, at }: Slot, model: FittedModelName): ModelRecordView {
    const { exports } = this.#kernel;
    return new ModelRecordView(
      exports.memory.buffer,
      exports.modelRecordAt(plan, at, modelNumber({ model })),
    );
  }
}

function delayOf(steps: number): number {
  return Math.min(MOST_DELAY, Math.max(LEAST_DELAY, LOOK_EVERY * Math.floor(steps / 16)));
}
