import { Xoshiro128 } from '@foreshadow/domain';
import { type SamplerKind, ShadowTap } from '@foreshadow/shadow';
import '@foreshadow/shadow/samplers';
import { KEYS, type Tick, type Traffic, TrafficSource } from './traffic.ts';

export interface Cell {
  readonly kind: SamplerKind;
  readonly traffic: Traffic;
  readonly rate: number;
}

/** How the estimates of one quantity compare with the truth, over all runs. */
export interface Accuracy {
  /** Mean of estimate/truth − 1. */
  readonly bias: number;
  /** The bias over its own standard error; 0 where nothing errs. */
  readonly biasZ: number;
  readonly rmse: number;
  /** Share of 95 % intervals that hold the truth. */
  readonly coverage: number;
  /** Runs that gave an estimate. */
  readonly runs: number;
}

export interface CellResult extends Cell {
  /** Of the sizes, as `TrafficSource` has it. */
  readonly skewness: number;
  readonly records: Accuracy;
  readonly bytes: Accuracy;
  /** Mean over runs of Σ weights / records − 1, and that over its standard error. */
  readonly weights: Accuracy;
}

/** Runs whose weights are summed record by record. */
const WEIGHED_RUNS = 200;

/** One tick a run, each by a tap with a seed and a phase of its own, against the truth. */
export function runCell(cell: Cell, recordsPerTick: number, runs: number): CellResult {
  const period = Math.max(2, Math.round(1 / cell.rate));
  const source = new TrafficSource(cell.traffic, recordsPerTick, period);
  const rng = new Xoshiro128(11);
  const [records, bytes, weights] = [new Tally(), new Tally(), new Tally()];
  for (let run = 0; run < runs; run++) {
    const tick = source.tick(rng);
    const tap = tapOf(cell, recordsPerTick, run);
    // Ticks do not begin where blocks do.
    const before = Math.floor(rng.next() * period);
    tap.offerBatch(0, undefined, source.tick(rng).sizes, cell.kind === 'keyed' ? 0 : before);
    tap.tick(0, 1000);
    tap.offerBatch(0, cell.kind === 'keyed' ? keysOf(tick, run) : undefined, tick.sizes, tick.records);
    if (run < WEIGHED_RUNS) {
      weights.add(tap.sampledRecords(0).reduce((sum, { weight }) => sum + weight, 0) / tick.records - 1, 0);
    }
    const { recordsPerSec: r, bytesPerSec: b } = tap.tick(1000, 1000)[0]!;
    records.add(r!.value / tick.records - 1, r!.standardError / tick.records);
    if (b !== undefined) bytes.add(b.value / tick.bytes - 1, b.standardError / tick.bytes);
  }
  const { skewness } = source;
  return { ...cell, skewness, records: records.result(), bytes: bytes.result(), weights: weights.result() };
}

function tapOf({ kind, rate }: Cell, recordsPerTick: number, run: number): ShadowTap {
  const isFixed = kind === 'reservoir' || kind === 'priority';
  const size = Math.max(2, Math.round(rate * recordsPerTick)) + (kind === 'priority' ? 1 : 0);
  // Room for all that is sampled; of whole keys that may be many times what is expected.
  const room = kind === 'keyed' ? MAX_CAPACITY : 4 * size + 200;
  const capacity = Math.min(isFixed ? size : room, MAX_CAPACITY);
  return new ShadowTap({
    stream: 's',
    partitions: 1,
    counting: 'sampled',
    sampler: { kind, rate: isFixed ? 1 : rate, seed: run * 7919 + 1, capacity },
  });
}

const MAX_CAPACITY = 65_536;

/** Keys are other ones in each run: what `keyed` takes is decided by them alone. */
function keysOf({ keys }: Tick, run: number): string[] {
  const names = Array.from({ length: KEYS }, (_, k) => `${run}/${k}`);
  return Array.from(keys, (key) => names[key]!);
}

/** What counts as holding the truth in spite of rounding. */
const ROUNDING = 1e-9;

class Tally {
  #runs = 0;
  #sum = 0;
  #squares = 0;
  #held = 0;

  add(error: number, standardError: number): void {
    this.#runs += 1;
    this.#sum += error;
    this.#squares += error * error;
    if (Math.abs(error) <= 1.959964 * standardError + ROUNDING) this.#held += 1;
  }

  result(): Accuracy {
    const n = this.#runs;
    const bias = this.#sum / n;
    const deviation = Math.sqrt(Math.max(0, this.#squares / n - bias * bias));
    const biasZ = deviation < ROUNDING ? 0 : bias / (deviation / Math.sqrt(n));
    return { bias, biasZ, rmse: Math.sqrt(this.#squares / n), coverage: this.#held / n, runs: n };
  }
}
