/** Credit that may be saved up while idle, CPU milliseconds. */
const DEFAULT_BURST_CPU_MS = 100;

/**
 * Keeps the CPU time of a process to an allowance: a token bucket that is filled with wall time × cores and pays for
 * CPU time after it was used. A batch may overdraw; the next one waits until the debt is paid, so that the mean stays
 * at the allowance however long batches are.
 */
export class CpuGovernor {
  #cores: number;
  #creditCpuMs: number;
  #filledAtMs: number;
  readonly #burstCpuMs: number;

  /** @param nowMs monotonic */
  constructor(cores: number, nowMs: number, burstCpuMs: number = DEFAULT_BURST_CPU_MS) {
    this.#cores = atLeastZero(cores);
    this.#burstCpuMs = burstCpuMs;
    this.#creditCpuMs = burstCpuMs;
    this.#filledAtMs = nowMs;
  }

  /** Change the allowance; what was earned so far stays earned at the old one. NaN is no value and changes nothing. */
  setAllowance(cores: number, nowMs: number): void {
    if (Number.isNaN(cores)) return;
    this.#fill(nowMs);
    this.#cores = atLeastZero(cores);
  }

  /** Pay for CPU time that was used. */
  charge(cpuMs: number, nowMs: number): void {
    this.#fill(nowMs);
    if (cpuMs > 0) this.#creditCpuMs -= cpuMs;
  }

  /** Wall time until the debt is paid; 0 without debt, Infinity without an allowance. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#creditCpuMs >= 0 ? 0 : -this.#creditCpuMs / this.#cores;
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = Math.max(this.#filledAtMs, nowMs);
    if (elapsedMs === 0) return;
    this.#creditCpuMs = Math.min(this.#burstCpuMs, this.#creditCpuMs + elapsedMs * this.#cores);
  }
}

function atLeastZero(cores: number): number {
  return cores > 0 ? cores : 0;
}
