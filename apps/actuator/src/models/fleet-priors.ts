import { type PartitionKey, parsePartitionKey } from '@foreshadow/domain';

/** What pools models of many partitions into a prior; `ForecastEngine` of `@foreshadow/forecast` does. */
export interface PriorEngine {
  loadState(partition: PartitionKey, state: Uint8Array): void;
  remove(partition: PartitionKey): void;
  observe(partition: PartitionKey, atMs: number, recordsPerSec: number | undefined): void;
  exportPrior(stream: string): Uint8Array | undefined;
}

/** Partitions of a stream whose models are pooled; more teach little and take time. */
const MAX_PARTITIONS = 16;
/** A prior is made anew after so long. */
const FRESH_MS = 300_000;
/** While there is none, it is tried again after so long. */
const RETRY_MS = 30_000;

interface TeacherState {
  readonly state: Uint8Array;
  readonly atMs: number;
}

interface MadePrior {
  readonly bytes: Uint8Array | undefined;
  readonly atMs: number;
}

/**
 * Priors of streams, pooled over the newest models of some of their partitions, whichever edge they come from. The
 * models are loaded into an engine of its own for as long as that takes.
 */
export class FleetPriors {
  readonly #makeEngine: () => PriorEngine;
  readonly #models = new Map<string, Map<PartitionKey, TeacherState>>();
  readonly #made = new Map<string, MadePrior>();
  #engine: PriorEngine | undefined;

  constructor(makeEngine: () => PriorEngine) {
    this.#makeEngine = makeEngine;
  }

  /** @param atMs tick that the state has seen last, on the clock that it keeps */
  onModel(partition: PartitionKey, state: Uint8Array, atMs: number): void {
    const { stream } = parsePartitionKey(partition);
    const models = this.#models.get(stream) ?? new Map<PartitionKey, TeacherState>();
    this.#models.set(stream, models);
    if (models.has(partition) || models.size < MAX_PARTITIONS) models.set(partition, { state, atMs });
  }

  /** `undefined` while no partition of the stream is mature. */
  prior(stream: string, monotonicMs: number): Uint8Array | undefined {
    const made = this.#made.get(stream);
    const freshMs = made?.bytes === undefined ? RETRY_MS : FRESH_MS;
    if (made !== undefined && monotonicMs - made.atMs < freshMs) return made.bytes;
    const bytes = this.#make(stream);
    this.#made.set(stream, { bytes, atMs: monotonicMs });
    return bytes;
  }

  #make(stream: string): Uint8Array | undefined {
    this.#engine ??= this.#makeEngine();
    const engine = this.#engine;
    const models = this.#models.get(stream) ?? new Map<PartitionKey, TeacherState>();
    for (const [partition, { state }] of models) {
      try {
        engine.loadState(partition, state);
      } catch {
        // Of another version: who reads it for its forecasts tells.
        models.delete(partition);
      }
    }
    // All at one tick, so that they agree where in their seasons they are; what they did not see is missing.
    const newestMs = Math.max(...[...models.values()].map((m) => m.atMs));
    for (const partition of models.keys()) engine.observe(partition, newestMs, undefined);
    const bytes = models.size === 0 ? undefined : engine.exportPrior(stream);
    for (const partition of models.keys()) engine.remove(partition);
    return bytes;
  }
}
