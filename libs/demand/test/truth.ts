import type {
  PartitionKey,
  PartitionUtilization,
  ResourceVector,
  Rng,
  Utilization,
} from '@foreshadow/domain';

/** What records really cost in a simulated pool. */
export interface Truth {
  readonly baseCores: number;
  readonly coresPerRecord: number;
  readonly coresPerByte: number;
  /** CPU outside the handler that grows with records. */
  readonly overheadPerRecord: number;
}

export const TRUTH: Truth = {
  baseCores: 0.02,
  coresPerRecord: 4e-4,
  coresPerByte: 8e-7,
  overheadPerRecord: 2e-5,
};

export const gauss = (rng: Rng): number =>
  Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

export const BYTES_PER_RECORD = 500;

/** CPU of a partition's load, without base. */
export function marginalCores(truth: Truth, recordsPerSec: number, bytesPerSec: number): number {
  const perRecord = truth.coresPerRecord + truth.overheadPerRecord;
  return perRecord * recordsPerSec + truth.coresPerByte * bytesPerSec;
}

export interface TickOptions {
  readonly atMs: number;
  readonly worker?: string;
  /** Records/s of each partition, before counting noise. */
  readonly rates: readonly number[];
  readonly truth?: Truth;
  /** Relative noise of the CPU measurement. */
  readonly noise?: number;
  readonly attributed?: boolean;
  readonly throttledFraction?: number;
  /** Exactly the rates given, instead of Poisson-like counts. */
  readonly exact?: boolean;
}

/** One tick of a worker whose costs follow the truth with noise. */
export function tick(rng: Rng, o: TickOptions): Utilization {
  const truth = o.truth ?? TRUTH;
  const noise = o.noise ?? 0.05;
  const jitter = (): number => Math.max(0, 1 + noise * gauss(rng));
  const partitions = o.rates.map((rate, i): PartitionUtilization => {
    const records = o.exact ? rate : Math.max(0, Math.round(rate + Math.sqrt(rate) * gauss(rng)));
    const bytes = records * BYTES_PER_RECORD * (o.exact ? 1 : 1 + 0.05 * gauss(rng));
    const handler = truth.coresPerRecord * records + truth.coresPerByte * bytes;
    return {
      partition: `orders/${i}` satisfies PartitionKey,
      processedRecordsPerSec: records,
      processedBytesPerSec: bytes,
      processedWorkPerSec: undefined,
      cpuCores: o.attributed === false ? NaN : handler * jitter(),
      lagRecords: 0,
      lagSeconds: 0,
    };
  });
  const records = partitions.reduce((sum, p) => sum + p.processedRecordsPerSec, 0);
  const bytes = partitions.reduce((sum, p) => sum + p.processedBytesPerSec, 0);
  const used: ResourceVector = {
    cpuCores: (truth.baseCores + marginalCores(truth, records, bytes)) * jitter(),
    memoryBytes: 80e6 + 5e6 * rng.next(),
    networkBytesPerSec: bytes * 1.1 * jitter(),
    diskBytesPerSec: 0,
  };
  return {
    worker: o.worker ?? 'w-1',
    pool: 'orders',
    atMs: o.atMs,
    windowMs: 1000,
    used,
    allowance: { cpuCores: 1, memoryBytes: 1e9, networkBytesPerSec: 1e9, diskBytesPerSec: 1e9 },
    busyFraction: 0.5,
    throttledFraction: o.throttledFraction ?? 0,
    partitions,
  };
}
