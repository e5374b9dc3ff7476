import { FitJob, modelNumber } from './fit-job.ts';
import {
  dueness,
  FITTED_MODELS,
  type FitRequest,
  type FitSituation,
  type LastFit,
  requestFor,
} from './fit-plan.ts';
import type { ForecastKernel, Slot } from './kernel.ts';

interface DueFit {
  readonly request: FitRequest;
  readonly dueness: number;
}

/** Keeps the fitted models of one series up to date, a piece of work at a time. */
export class SeriesFits {
  readonly #kernel: ForecastKernel;
  readonly #last = new Map<string, LastFit>();
  #job: FitJob | undefined;

  constructor(kernel: ForecastKernel) {
    this.#kernel = kernel;
  }

  /** The fit that is most due; `undefined` if none is. */
  mostDue(now: FitSituation): DueFit | undefined {
    let best: DueFit | undefined;
    for (const model of FITTED_MODELS) {
      const request = requestFor(model, now);
      if (request === undefined) continue;
      const due = dueness(request, now, this.#last.get(model));
      if (due > (best?.dueness ?? 0)) best = { request, dueness: due };
    }
    return best;
  }

  /**
   * Do at most `pieces` of the work that is due.
   * @returns how many pieces were done and how many fits came to their end
   */
  run(slot: Slot, now: FitSituation, pieces: number): { pieces: number; fits: number } {
    let left = pieces;
    let fits = 0;
    while (left > 0) {
      const job = this.#current(slot, now);
      if (job === undefined) break;
      let isSearching = true;
      while (isSearching && left > 0) {
        isSearching = job.advance();
        left--;
      }
      if (isSearching) break;
      job.adopt(slot);
      this.#last.set(job.request.model, { at: now.steps, season: job.request.season });
      this.#job = undefined;
      fits++;
    }
    return { pieces: pieces - left, fits };
  }

  /** Forget the job and what was fitted: the slot is another one. The fits in the new one count as made. */
  restart(slot: Slot): void {
    this.#job = undefined;
    this.#last.clear();
    const { exports } = this.#kernel;
    for (const model of FITTED_MODELS) {
      const kind = modelNumber({ model });
      const header = new Int32Array(exports.memory.buffer, exports.modelStateAt(slot.plan, slot.at, kind), 9);
      if (header[0] !== kind) continue;
      this.#last.set(model, { at: exports.modelFittedAt(slot.plan, slot.at, kind), season: header[8] ?? 1 });
    }
  }

  #current(slot: Slot, now: FitSituation): FitJob | undefined {
    if (this.#job?.isLost === false) return this.#job;
    const due = this.mostDue(now);
    this.#job = due && new FitJob(this.#kernel, slot, due.request);
    return this.#job;
  }
}
