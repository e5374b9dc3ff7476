import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { StreamRecord } from '@foreshadow/domain';
import { loadProbe, type ProbeFunction } from './probe-function.ts';
import type { ThreadConsumer } from './shadow-thread.ts';
import type { ProbedWork } from './work-tracker.ts';

// Runs in a probe's thread: the function on each record that comes, within a share of a core.

/** Places of what the other side may look at. */
export const STARTED = 0;
export const FINISHED = 1;
export const READY = 2;
export const SKIPPED = 3;
export const PROBE_WORDS = 4;

export interface ProbeSetting {
  readonly module: string;
  readonly partitions: number;
  /** Share of a core that it may take. */
  readonly cpuShare: number;
  readonly words: Int32Array;
}

/** Time that may be saved up, ms. */
const MOST_CREDIT_MS = 250;
/** Time between two looks at the CPU clock, which moves in steps of the scheduler. */
const LOOK_MS = 500;

class ProbeConsumer implements ThreadConsumer {
  readonly #setting: ProbeSetting;
  readonly #probe: ProbeFunction;
  readonly #open: { count: number; sum: number; squares: number }[];
  readonly #clock = new CpuClock();
  #creditMs = MOST_CREDIT_MS;
  #earnedAtMs = performance.now();

  constructor(setting: ProbeSetting, probe: ProbeFunction) {
    this.#setting = setting;
    this.#probe = probe;
    this.#open = Array.from({ length: setting.partitions }, () => ({ count: 0, sum: 0, squares: 0 }));
    Atomics.store(setting.words, READY, 1);
  }

  sample(
    partition: number,
    _weight: number,
    _sizeBytes: number,
    _costClass: number,
    _hash: Int32Array | undefined,
    record: StreamRecord | undefined,
  ): boolean {
    const open = this.#open[partition];
    if (record === undefined || open === undefined || !this.#mayRun()) {
      Atomics.add(this.#setting.words, SKIPPED, 1);
      return false;
    }
    const work = this.#run(record);
    if (work === undefined) return false;
    open.count += 1;
    open.sum += work;
    open.squares += work * work;
    return true;
  }

  tick({ partition }: { readonly partition: number }): void {
    const open = this.#open[partition];
    if (open === undefined || open.count === 0) return;
    const work: ProbedWork = { partition, ...open };
    parentPort?.postMessage(work);
    Object.assign(open, { count: 0, sum: 0, squares: 0 });
  }

  /** Whether the share of a core is not spent. What is left out does not depend on the record. */
  #mayRun(): boolean {
    const nowMs = performance.now();
    const earned = this.#setting.cpuShare * (nowMs - this.#earnedAtMs);
    this.#earnedAtMs = nowMs;
    this.#creditMs = Math.min(MOST_CREDIT_MS, this.#creditMs + earned);
    return this.#creditMs > 0;
  }

  /** What it throws ends the thread, out of the reader's hands; `undefined` then. */
  #run(record: StreamRecord): number | undefined {
    const { words } = this.#setting;
    Atomics.add(words, STARTED, 1);
    const startMs = performance.now();
    let said: number | void;
    try {
      said = this.#probe(record);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
      return undefined;
    }
    const ms = performance.now() - startMs;
    Atomics.add(words, FINISHED, 1);
    this.#creditMs -= ms;
    this.#clock.ran(ms);
    return typeof said === 'number' && said >= 0 && said < Infinity ? said : 1000 * ms * this.#clock.share;
  }
}

/** How much of the time in which this thread runs a probe it has a core: others may hold it. */
class CpuClock {
  #ranMs = 0;
  #cpuMs = threadCpuMs();
  #share = 1;
  #lookedAtMs = performance.now();

  get share(): number {
    return this.#share;
  }

  ran(ms: number): void {
    this.#ranMs += ms;
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_MS) return;
    const cpuMs = threadCpuMs();
    // Too little to be told from the steps of the clock.
    if (this.#ranMs > LOOK_MS / 50 && Number.isFinite(cpuMs)) {
      const share = Math.min(1, Math.max(0.05, (cpuMs - this.#cpuMs) / this.#ranMs));
      this.#share += 0.2 * (share - this.#share);
    }
    [this.#lookedAtMs, this.#cpuMs, this.#ranMs] = [nowMs, cpuMs, 0];
  }
}

/** CPU time of this thread, ms; NaN where the system does not tell. */
function threadCpuMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return NaN;
  }
}

export default async function makeConsumer(setting: ProbeSetting): Promise<ThreadConsumer> {
  return new ProbeConsumer(setting, await loadProbe(setting.module));
}
