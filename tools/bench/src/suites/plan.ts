import {
  type DemandForecast,
  type PartitionKey,
  type ResourceVector,
  type WorkerStatus,
} from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import {
  initialPoolState,
  type PartitionObservation,
  planPool,
  type PoolObservation,
  type PoolState,
  type Resizable,
} from '@foreshadow/plan';
import { cpuSeconds } from '../measure.ts';
import type { Figure } from '../report.ts';

const POOLS = 1000;
const PARTITIONS = 8;
const INTERVAL_MS = 5000;
/** Plans before those that are measured: what is remembered of each pool is full, and the code compiled. */
const WARM_UP_PLANS = 200;
const ROUNDS = 5;
const TARGET_MS = 100;
/** Forecasts reach this far, as the edges' do. */
const HORIZONS_MS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300].map((s) => s * 1000);

/** As a configuration that says nothing has it. */
const { policy: POLICY } = parseConfig({
  streams: [{ name: 'bench', partitions: PARTITIONS }],
  pools: [{ name: 'bench', stream: 'bench' }],
}).pools[0]!;

interface Planned {
  readonly name: string;
  /** Mean load of the pool, in shares of what its largest count keeps up with. */
  readonly load: number;
  state: PoolState;
  askedCpuSeconds: number;
}

/** How long it takes to plan a thousand pools of eight partitions once, by the CPU time of one core. */
export async function planSuite(): Promise<Figure[]> {
  return [await figure('workers resized in place', 'live'), await figure('workers of one size', 'none')];
}

async function figure(name: string, cpu: Resizable): Promise<Figure> {
  const pools = Array.from({ length: POOLS }, (_, i): Planned => {
    return {
      name: `pool-${i}`,
      load: 0.1 + (0.8 * i) / POOLS,
      state: initialPoolState(),
      askedCpuSeconds: 0,
    };
  });
  let now = 0;
  let seconds = Infinity;
  for (let plan = 0; plan < WARM_UP_PLANS + ROUNDS; plan++) {
    now += INTERVAL_MS;
    const observations = pools.map((pool) => observe(pool, now, cpu));
    const spent = await cpuSeconds(() => {
      for (const [i, pool] of pools.entries()) pool.state = planPool(pool.state, observations[i]!, now).state;
    });
    if (plan >= WARM_UP_PLANS) seconds = Math.min(seconds, spent);
  }
  return {
    name: `${POOLS} pools of ${PARTITIONS} partitions, ${name}`,
    value: 1000 * seconds,
    unit: 'ms',
    target: { atMost: TARGET_MS, of: 'value' },
  };
}

/** Loads that wander and burst, each pool by its own phase; seeded by nothing but its place. */
function coresAt({ load, name }: Planned, partition: number, atMs: number): number {
  const phase = Number(name.slice(5)) + 3 * partition;
  const wave = 1 + 0.4 * Math.sin(atMs / 60_000 + phase) + 0.2 * Math.sin(atMs / 7000 + 2.3 * phase);
  return (load * wave * PARTITIONS * 0.9) / PARTITIONS;
}

const demand = (cpuCores: number): ResourceVector => ({
  cpuCores,
  memoryBytes: cpuCores * 1e8,
  networkBytesPerSec: cpuCores * 1e6,
  diskBytesPerSec: 0,
});

function forecastOf(pool: Planned, partition: number, nowMs: number): DemandForecast {
  return {
    partition: `${pool.name}/${partition}`,
    issuedAtMs: nowMs,
    points: HORIZONS_MS.map((horizonMs) => {
      const cores = coresAt(pool, partition, nowMs) * (1 + 0.05 * Math.sin(horizonMs / 9000));
      const spread = 0.1 + 0.3 * Math.sqrt(horizonMs / 300_000);
      return {
        horizonMs,
        median: demand(cores),
        lower: demand(cores * (1 - spread)),
        upper: demand(cores * (1 + spread)),
      };
    }),
  };
}

function observe(pool: Planned, nowMs: number, cpu: Resizable): PoolObservation {
  const keys = Array.from({ length: PARTITIONS }, (_, p): PartitionKey => `${pool.name}/${p}`);
  const loads = keys.map((_, p) => coresAt(pool, p, nowMs));
  pool.askedCpuSeconds += (loads.reduce((a, b) => a + b, 0) * INTERVAL_MS) / 1000;
  const partitions = keys.map(
    (partition, p): PartitionObservation => ({
      partition,
      forecast: forecastOf(pool, p, nowMs),
      basis: 'forecast',
      presentDemand: demand(loads[p]!),
      lagRecords: 20,
      lagSeconds: 0.1,
      cpuSecondsPerRecord: 0.001,
    }),
  );
  return {
    pool: {
      name: pool.name,
      stream: pool.name,
      group: 'workers',
      mode: 'ordered',
      partitions: keys,
      bounds: {
        minWorkers: 1,
        maxWorkers: PARTITIONS,
        minWorker: demand(0.05),
        maxWorker: demand(1),
      },
    },
    policy: POLICY,
    resizable: { cpuCores: cpu, memoryBytes: 'none', networkBytesPerSec: 'none', diskBytesPerSec: 'none' },
    workers: workersOf(pool, nowMs),
    workerBase: demand(0.01),
    leadTimeMs: 30_000,
    planIntervalMs: INTERVAL_MS,
    partitions,
    askedCpuSeconds: pool.askedCpuSeconds,
  };
}

/** Those that the last plan asked for, at work. */
function workersOf({ name, state }: Planned, nowMs: number): readonly WorkerStatus[] {
  const { allocation, assignment } = state;
  if (allocation === null) return [];
  return Array.from({ length: allocation.workers }, (_, i): WorkerStatus => {
    const id = `${name}-${i}`;
    const startedAtMs = nowMs - 600_000;
    const owns = assignment.owners[id] ?? [];
    return {
      id,
      pool: name,
      phase: 'ready',
      allowance: allocation.perWorker,
      owns,
      startedAtMs,
      readyAtMs: startedAtMs + 5000,
    };
  });
}
