import type { FittedModelName, FitRequest, LastFit } from './fit-plan.ts';

// As in the kernel's `fitted.ts`, in numbers of 4 bytes.
const ATTEMPT_AT = 1;
const ATTEMPT_SEASON = 8;
const PENDING_AT = 9;
const PENDING_WINDOW = 10;
const PENDING_SEASON = 11;
const PENDING_SECOND = 12;
const NUMBERS = 13;

/** What a slot says of the fits of one model; valid until memory grows. */
export class ModelRecordView {
  readonly #numbers: Int32Array;

  constructor(buffer: ArrayBuffer, address: number) {
    this.#numbers = new Int32Array(buffer, address, NUMBERS);
  }

  /** Step at which the window of the pending fit ends; 0: none. */
  get pendingAt(): number {
    return this.#at(PENDING_AT);
  }

  /** The last fit that was settled, successful or not. */
  get attempt(): LastFit | undefined {
    const at = this.#at(ATTEMPT_AT);
    return at === 0 ? undefined : { at, season: this.#at(ATTEMPT_SEASON) };
  }

  pending(model: FittedModelName): FitRequest | undefined {
    if (this.pendingAt === 0) return undefined;
    const second = this.#at(PENDING_SECOND);
    return {
      model,
      at: this.pendingAt,
      window: this.#at(PENDING_WINDOW),
      season: this.#at(PENDING_SEASON),
      spec: second < 0 ? [] : [second],
    };
  }

  decide({ at, window, season, spec }: FitRequest): void {
    this.#numbers.set([at, window, season, spec[0] ?? -1], PENDING_AT);
  }

  /** The pending fit came to an end. */
  settle(): void {
    this.#numbers[ATTEMPT_AT] = this.pendingAt;
    this.#numbers[ATTEMPT_SEASON] = this.#at(PENDING_SEASON);
    this.#numbers[PENDING_AT] = 0;
  }

  #at(index: number): number {
    return this.#numbers[index] ?? 0;
  }
}
