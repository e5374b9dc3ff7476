import type {
  Clock,
  Estimate,
  LoadForecast,
  LoadSample,
  ModelRecord,
  PartitionKey,
  PoolPlan,
  ResourceVector,
} from '@foreshadow/domain';
import { MemoryStateStore, MemoryStreamLog } from '@foreshadow/ports';
import { silentLogger } from '../src/logger.ts';
import type { World } from '../src/world.ts';

export const counted = (value: number): Estimate => ({ value, standardError: 0 });

/** A sample of a partition at `atMs` with exact counts. */
export function sampleOf(
  partition: PartitionKey,
  atMs: number,
  recordsPerSec: number | undefined,
): LoadSample {
  return {
    partition,
    atMs,
    windowMs: 1000,
    recordsPerSec: recordsPerSec === undefined ? undefined : counted(recordsPerSec),
    bytesPerSec: recordsPerSec === undefined ? undefined : counted(recordsPerSec * 200),
    workPerSec: undefined,
    distinctKeys: undefined,
    sampled: 1,
    dropped: 0,
    refused: 0,
  };
}

/** A flat forecast with `spread` records/s to either side. */
export function flatForecast(
  partition: PartitionKey,
  issuedAtMs: number,
  mean: number,
  spread: number = mean / 10,
  horizonsMs: readonly number[] = [1000, 5000, 60_000, 300_000],
): LoadForecast {
  return {
    partition,
    issuedAtMs,
    path: {
      horizonsMs,
      mean: horizonsMs.map(() => mean),
      lower: horizonsMs.map(() => mean - spread),
      upper: horizonsMs.map(() => mean + spread),
    },
    ratios: { bytesPerRecord: counted(200), workPerRecord: undefined, distinctKeysPerRecord: undefined },
    leadingExpert: 'naive',
    warmingUp: false,
  };
}

export const resources = (cpuCores: number): ResourceVector => ({
  cpuCores,
  memoryBytes: 2 ** 28,
  networkBytesPerSec: 1e6,
  diskBytesPerSec: 1e6,
});

/** What a worker uses that processes `rate` records/s of 200 bytes at 1 ms of CPU each, beside 10 ms/s of its own. */
export const usedFor = (rate: number): ResourceVector => ({
  cpuCores: 0.01 + rate * 0.001,
  memoryBytes: 5e7,
  networkBytesPerSec: rate * 200,
  diskBytesPerSec: rate * 10,
});

/** A world in memory, without orchestrator and trainer. */
export function worldOf(clock: Clock, changes: Partial<World> = {}): World {
  return {
    clock,
    logger: silentLogger,
    log: new MemoryStreamLog(clock),
    state: new MemoryStateStore(clock),
    orchestrator: undefined,
    mayAct: () => true,
    term: undefined,
    openTrainer: () => Promise.resolve(undefined),
    usage: () => ({ cpuSeconds: 0, residentBytes: 0 }),
    ...changes,
  };
}

export function modelOf(changes: Partial<ModelRecord> = {}): ModelRecord {
  return {
    algorithm: 'ets',
    form: 'ETS(A,N,N)',
    stepMs: 5000,
    parameters: { alpha: 0.3 },
    trainedOn: { fromMs: 0, toMs: 100_000, count: 20 },
    score: 0.8,
    version: 'k1',
    ...changes,
  };
}

export function planOf(pool: string, changes: Partial<PoolPlan> = {}): PoolPlan {
  return {
    pool,
    decidedAtMs: 1000,
    allocation: { workers: 1, perWorker: resources(0.1) },
    assignment: { version: 1, owners: {} },
    retiring: [],
    reason: 'WITHIN_TOLERANCE',
    basis: 'forecast',
    message: 'nothing to do',
    ingredients: { needCpuCores: 0.1, unknown: NaN },
    changed: false,
    unfulfilled: [],
    ...changes,
  };
}
