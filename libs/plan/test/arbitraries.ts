import type { PartitionKey, ResourceVector, WorkerStatus } from '@foreshadow/domain';
import fc from 'fast-check';
import type { PartitionObservation, PoolObservation } from '../src/index.ts';
import { cpu, forecastOf, observation, POLICY, worker } from './fixtures.ts';

export const NOW_MS = 1_000_000;

const cores = fc.double({ min: 0, max: 0.4, noNaN: true });

/** A partition in good order: fresh forecast, known load and lag. */
export const soundPartition = (index: number): fc.Arbitrary<PartitionObservation> =>
  fc
    .record({
      now: cores,
      path: fc.array(cores, { minLength: 3, maxLength: 12 }),
      spread: fc.double({ min: 0, max: 0.5, noNaN: true }),
    })
    .map(({ now, path, spread }) => ({
      partition: `orders/${index}`,
      forecast: forecastOf(`orders/${index}`, { issuedAtMs: NOW_MS, cores: path, spread, stepMs: 5000 }),
      basis: 'forecast',
      presentDemand: cpu(now),
      lagRecords: 0,
      lagSeconds: 0,
      cpuSecondsPerRecord: 0.001,
    }));

export const workers: fc.Arbitrary<WorkerStatus[]> = fc
  .array(
    fc.record({
      phase: fc.constantFrom('starting', 'ready', 'ready', 'ready', 'draining', 'failed'),
      startedAtMs: fc.integer({ min: 0, max: NOW_MS }),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((o, i) => worker(`w-${i}`, o)));

/** A pool in good order. */
export const soundObservation: fc.Arbitrary<PoolObservation> = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    workers,
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 1, max: 10 }),
  )
  .chain(([count, found, minWorkers, extra]) =>
    fc
      .tuple(...Array.from({ length: count }, (_, i) => soundPartition(i)))
      .map((partitions) =>
        observation({ partitions, workers: found, minWorkers, maxWorkers: minWorkers + extra }),
      ),
  );

const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, -1, 1e300, Number.MAX_SAFE_INTEGER),
  fc.double({ min: 0, max: 10 }),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const anyVector: fc.Arbitrary<ResourceVector> = fc.record({
  cpuCores: anyNumber,
  memoryBytes: anyNumber,
  networkBytesPerSec: anyNumber,
  diskBytesPerSec: anyNumber,
});
const anyKey: fc.Arbitrary<PartitionKey> = fc
  .integer({ min: 0, max: 5 })
  .map((i): PartitionKey => `orders/${i}`);

const anyPartition: fc.Arbitrary<PartitionObservation> = fc.record({
  partition: anyKey,
  forecast: maybe(
    fc.record({
      partition: anyKey,
      issuedAtMs: fc.oneof(anyNumber, fc.integer({ min: NOW_MS - 100_000, max: NOW_MS + 1000 })),
      points: fc.array(
        fc.record({ horizonMs: anyNumber, median: anyVector, lower: anyVector, upper: anyVector }),
        { maxLength: 4 },
      ),
    }),
  ),
  basis: fc.constantFrom('forecast', 'actuator-forecast'),
  presentDemand: maybe(anyVector),
  lagRecords: maybe(anyNumber),
  lagSeconds: maybe(anyNumber),
  cpuSecondsPerRecord: maybe(anyNumber),
});

const anyWorker: fc.Arbitrary<WorkerStatus> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', '', '__proto__', 'constructor'),
  pool: fc.constant('orders'),
  phase: fc.constantFrom('starting', 'ready', 'draining', 'drained', 'failed'),
  allowance: anyVector,
  owns: fc.array(anyKey, { maxLength: 3 }),
  startedAtMs: anyNumber,
  readyAtMs: maybe(anyNumber),
});

/** Whatever the types allow, and no more sense than that. */
export const hostileObservation: fc.Arbitrary<PoolObservation> = fc.record({
  pool: fc.record({
    name: fc.string(),
    stream: fc.constant('orders'),
    group: fc.constant('workers'),
    mode: fc.constant('ordered'),
    partitions: fc.array(anyKey, { maxLength: 6 }),
    bounds: fc.record({
      minWorkers: anyNumber,
      maxWorkers: anyNumber,
      minWorker: anyVector,
      maxWorker: anyVector,
    }),
  }),
  policy: fc.oneof(
    fc.constant(POLICY),
    fc.record({
      quantile: anyNumber,
      targetUtilization: anyNumber,
      tolerance: anyNumber,
      stabilizationMs: anyNumber,
      catchUpMs: anyNumber,
      targetLagMs: anyNumber,
      latePrice: anyNumber,
    }),
  ),
  resizable: fc.record({
    cpuCores: fc.constantFrom('live', 'restart', 'none'),
    memoryBytes: fc.constantFrom('live', 'restart', 'none'),
    networkBytesPerSec: fc.constantFrom('live', 'restart', 'none'),
    diskBytesPerSec: fc.constantFrom('live', 'restart', 'none'),
  }),
  workers: fc.array(anyWorker, { maxLength: 5 }),
  workerBase: anyVector,
  leadTimeMs: anyNumber,
  planIntervalMs: anyNumber,
  askedCpuSeconds: maybe(anyNumber),
  rebalancePauseMs: anyNumber,
  partitions: fc.array(anyPartition, { maxLength: 7 }),
  paused: fc.boolean(),
});

export const anyTime = fc.oneof(anyNumber, fc.integer({ min: NOW_MS - 50_000, max: NOW_MS + 50_000 }));
