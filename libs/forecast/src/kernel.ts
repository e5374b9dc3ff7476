import { bestVariant, type ForecastExports, instantiate, type Variant } from '@foreshadow/wasm-forecast';
import { ForecastError } from './errors.ts';

/**
 * How the experts' weights are learned, in the kernel's order: MLpol (Gaillard, Stoltz & van Erven 2014), Bernstein online
 * aggregation (Wintenberger 2017), fixed share (Herbster & Warmuth 1998).
 */
export const COMBINATIONS = ['mlpol', 'boa', 'fixed-share'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** What series of one kind share: horizons, length of the history, places for seasons. */
export interface SeriesShape {
  /** Horizons in steps, strictly ascending. */
  readonly steps: readonly number[];
  /** Steps of history that are kept; a season is found once two cycles of it fit in. A multiple of 4, at least 64. */
  readonly historySteps: number;
  /** Seasons that are followed at once, at most 2. */
  readonly seasons: number;
  /** Longest season of fitted models in steps, at most half of the history; 0: there are no fitted models. */
  readonly modelSeason: number;
  readonly combination: Combination;
}

/** Where a series lives in a kernel's memory. */
export interface Slot {
  readonly plan: number;
  readonly at: number;
  readonly bytes: number;
}

const PAGE_BYTES = 65536;
/** Vectors of the kernel are aligned to a SIMD register. */
const ALIGNMENT = 16;
const MOST_SEASONS = 2;

/**
 * One instance of the WebAssembly kernel and the memory of its series. Series of one kernel share its memory; use
 * one kernel for many series.
 */
export class ForecastKernel {
  readonly exports: ForecastExports;
  readonly #plans = new Map<string, number>();
  readonly #free = new Map<number, number[]>();
  #end: number;
  #scratch = 0;
  #scratchCount = 0;
  #workspace = 0;
  #workspaceBytes = 0;
  #workspaceOwner: object | undefined;

  constructor(variant: Variant = bestVariant()) {
    this.exports = instantiate(variant);
    this.#end = aligned(this.exports.HEAP_BASE.value);
  }

  /** Bytes of memory taken, free slots included. */
  get bytes(): number {
    return this.#end;
  }

  /**
   * Memory for a new series.
   * @throws {ForecastError} `INVALID_ARGUMENT` for an impossible shape, `OUT_OF_MEMORY` if the memory cannot grow.
   */
  allocate(shape: SeriesShape): Slot {
    const plan = this.#planOf(shape);
    const bytes = this.exports.slotBytes(plan);
    const at = this.take(bytes);
    this.exports.slotInit(plan, at);
    return { plan, at, bytes };
  }

  /** Give the memory of a series back. */
  release(slot: Slot): void {
    this.giveBack(slot.at, slot.bytes);
  }

  /**
   * Address of `bytes` of memory, with whatever stands there.
   * @throws {ForecastError} `OUT_OF_MEMORY`
   */
  take(bytes: number): number {
    return this.#free.get(bytes)?.pop() ?? this.#reserve(bytes);
  }

  giveBack(at: number, bytes: number): void {
    const free = this.#free.get(bytes);
    if (free === undefined) this.#free.set(bytes, [at]);
    else free.push(at);
  }

  /** `count` numbers at an address; the view is valid until memory grows. */
  numbers(at: number, count: number): Float64Array {
    return new Float64Array(this.exports.memory.buffer, at, count);
  }

  memoryOf(slot: Slot): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, slot.at, slot.bytes);
  }

  /**
   * Address of room for a fit, `bytes` long. There is one such room; whoever asks for it last owns it.
   * @throws {ForecastError} `OUT_OF_MEMORY`
   */
  workspace(owner: object, bytes: number): number {
    if (bytes > this.#workspaceBytes) {
      this.#workspace = this.#reserve(bytes);
      this.#workspaceBytes = bytes;
    }
    this.#workspaceOwner = owner;
    return this.#workspace;
  }

  /** Whether nobody has asked for the workspace since. */
  ownsWorkspace(owner: object): boolean {
    return this.#workspaceOwner === owner;
  }

  /** Address of room for `count` numbers, good until the next call. */
  scratch(count: number): number {
    if (count > this.#scratchCount) {
      this.#scratch = this.#reserve(8 * count);
      this.#scratchCount = count;
    }
    return this.#scratch;
  }

  #planOf(shape: SeriesShape): number {
    const { steps, historySteps, seasons, modelSeason, combination } = shape;
    const key = `${steps.join()}/${historySteps}/${seasons}/${modelSeason}/${combination}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    checkShape(shape);
    const count = steps.length;
    const plan = this.#reserve(this.exports.planBytes(count, steps.at(-1) ?? 0));
    new Int32Array(this.exports.memory.buffer, this.exports.planSteps(plan), count).set(steps);
    const rule = COMBINATIONS.indexOf(combination);
    this.exports.planInit(plan, count, historySteps, seasons, modelSeason, rule);
    this.#plans.set(key, plan);
    return plan;
  }

  #reserve(bytes: number): number {
    const at = this.#end;
    const end = aligned(at + bytes);
    const missing = end - this.exports.memory.buffer.byteLength;
    if (missing > 0) grow(this.exports.memory, Math.ceil(missing / PAGE_BYTES));
    this.#end = end;
    return at;
  }
}

function grow(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new ForecastError('OUT_OF_MEMORY', `the kernel's memory cannot grow by ${pages} pages`, { cause });
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function checkShape({ steps, historySteps, seasons }: SeriesShape): void {
  const ascends = steps.length > 0 && steps.every((s, i) => Number.isInteger(s) && s > (steps[i - 1] ?? 0));
  if (!ascends) {
    throw new ForecastError('INVALID_ARGUMENT', `steps must ascend from 1, got [${steps.join(', ')}]`);
  }
  if (!Number.isInteger(historySteps / 4) || historySteps < 64) {
    throw new ForecastError(
      'INVALID_ARGUMENT',
      `historySteps must be a multiple of 4 and at least 64, got ${historySteps}`,
    );
  }
  if (!Number.isInteger(seasons) || seasons < 0 || seasons > MOST_SEASONS) {
    throw new ForecastError('INVALID_ARGUMENT', `seasons must be 0, 1 or ${MOST_SEASONS}, got ${seasons}`);
  }
}
