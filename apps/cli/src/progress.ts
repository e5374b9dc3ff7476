import { systemClock } from '@foreshadow/domain';

/** What progress is written to: standard error. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const SHOWN_EVERY_MS = 100;
/** Nothing is shown of what takes less. */
const PATIENCE_MS = 300;
/** Rows between two looks at the clock. */
const LOOK_EVERY = 32;
const CLEAR = '\r\u001b[K';

/**
 * One line that says how far a long run is: rows done, rate, time remaining. Written only to a terminal; elsewhere nothing is written.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #shownMs: number;
  #isShown = false;

  constructor(
    total: number,
    stream: ProgressStream = process.stderr,
    nowMs: () => number = () => systemClock.monotonicMs(),
  ) {
    this.#stream = stream;
    this.#total = total;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#shownMs = this.#startMs + PATIENCE_MS - SHOWN_EVERY_MS;
  }

  /**
   * @param done rows of the whole run that are done
   * @param what is being worked on
   */
  show(done: number, what: string): void {
    if (this.#stream.isTTY !== true || done % LOOK_EVERY !== 0) return;
    const nowMs = this.#nowMs();
    if (nowMs - this.#shownMs < SHOWN_EVERY_MS) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    const line = progressLine(done, this.#total, nowMs - this.#startMs, what);
    const columns = this.#stream.columns || 80;
    this.#stream.write(`${CLEAR}${line.length < columns ? line : `${line.slice(0, columns - 2)}…`}`);
  }

  /** Take the line away. */
  end(): void {
    if (this.#isShown) this.#stream.write(CLEAR);
    this.#isShown = false;
  }
}

export function progressLine(done: number, total: number, elapsedMs: number, what: string): string {
  const perSecond = elapsedMs > 0 ? (1000 * done) / elapsedMs : 0;
  const left = perSecond > 0 ? `, ${clockText((total - done) / perSecond)} left` : '';
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  return `${percent} % · ${done} of ${total} rows · ${Math.round(perSecond)} rows/s${left} · ${what}`;
}

/** `m:ss`. */
function clockText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
