import { RESOURCES, type ResourceVector } from '@foreshadow/domain';
import type { Demand } from './forecast-window.ts';

/**
 * Correlation that is assumed between the forecast errors of any two partitions: bursts come to several at once, so
 * errors do not average out as if independent.
 */
const ERROR_CORRELATION = 0.25;

/** Deviation of a sum: part of the deviations adds, part averages out. */
export function combinedDeviation(sum: number, sumOfSquares: number): number {
  return Math.sqrt(ERROR_CORRELATION * sum * sum + (1 - ERROR_CORRELATION) * sumOfSquares);
}

/** Offsets of the sums, one for each resource. */
const MEAN = 0;
const DEVIATION = RESOURCES.length;
const SQUARES = 2 * RESOURCES.length;
const PRESENT = 3 * RESOURCES.length;

/** Copied for each group: a small array of doubles costs next to nothing, where a typed array is memory of its own. */
const NOTHING: readonly number[] = new Array<number>(4 * RESOURCES.length).fill(0.5).fill(0);

/** What a partition adds to a group. */
export interface Member {
  readonly present: ResourceVector;
  readonly backlog: { readonly cpuSeconds: number };
}

/**
 * Running sums over partitions that share a worker, or a pool: means add; of the deviations, part adds and part
 * averages out. Sums only, so that packings of many partitions can be judged without lists.
 */
export class Group {
  readonly #sums = NOTHING.slice();
  #size = 0;
  #backlogCpuSeconds = 0;

  static of<T extends Member>(members: readonly T[], demandOf: (member: T) => Demand): Group {
    const group = new Group();
    for (const member of members) group.add(member, demandOf(member));
    return group;
  }

  add(member: Member, demand: Demand): void {
    this.#size++;
    this.#backlogCpuSeconds += member.backlog.cpuSeconds;
    const { mean, deviation } = demand;
    const { present } = member;
    this.#add(0, mean.cpuCores, deviation.cpuCores, present.cpuCores);
    this.#add(1, mean.memoryBytes, deviation.memoryBytes, present.memoryBytes);
    this.#add(2, mean.networkBytesPerSec, deviation.networkBytesPerSec, present.networkBytesPerSec);
    this.#add(3, mean.diskBytesPerSec, deviation.diskBytesPerSec, present.diskBytesPerSec);
  }

  #add(i: number, mean: number, deviation: number, present: number): void {
    const sums = this.#sums;
    sums[MEAN + i]! += mean;
    sums[DEVIATION + i]! += deviation;
    sums[SQUARES + i]! += deviation * deviation;
    sums[PRESENT + i]! += present;
  }

  get size(): number {
    return this.#size;
  }

  get backlogCpuSeconds(): number {
    return this.#backlogCpuSeconds;
  }

  present(): ResourceVector {
    return byIndex((i) => this.#sums[PRESENT + i]!);
  }

  /** Forecast demand at the standard normal quantile `z`. */
  quantile(z: number): ResourceVector {
    return byIndex((i) => this.#quantile(i, z));
  }

  /** Demand to provide for: the forecast's quantile, and never less than the present load. A forecast can only add. */
  toMeet(z: number): ResourceVector {
    return byIndex((i) => Math.max(this.#quantile(i, z), this.#sums[PRESENT + i]!));
  }

  #quantile(i: number, z: number): number {
    const linear = this.#sums[DEVIATION + i]!;
    return this.#sums[MEAN + i]! + z * combinedDeviation(linear, this.#sums[SQUARES + i]!);
  }
}

/** In the order of `RESOURCES`. */
function byIndex(value: (index: number) => number): ResourceVector {
  return {
    cpuCores: value(0),
    memoryBytes: value(1),
    networkBytesPerSec: value(2),
    diskBytesPerSec: value(3),
  };
}
