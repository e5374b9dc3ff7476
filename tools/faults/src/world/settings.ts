import { type Config, parseConfig } from '@foreshadow/domain/config';

/** What a fault may want to have otherwise. */
export interface WorldSettings {
  /** The actuator plans (default), or the run itself tells how many workers there are. */
  readonly planned: boolean;
  /** A worker that is silent for so long is replaced. */
  readonly frozenAfterMs: number;
  /** Actuators, of which one leads. */
  readonly replicas: number;
  /** Where log, state and leases are. */
  readonly store: StoreKind;
}

export type StoreKind = 'lmdb' | 'redis';

export const DEFAULT_SETTINGS: WorldSettings = {
  planned: true,
  frozenAfterMs: 10_000,
  replicas: 1,
  store: 'lmdb',
};

export const STREAM = 'orders';
export const POOL = 'orders-workers';
export const LEASE_TTL_MS = 3000;
export const DRAIN_TIMEOUT_MS = 10_000;
export const RECORDS_PER_SEC = 80;
export const KEYS = 50;

const MIB = 1024 * 1024;

export interface Ports {
  readonly edge: number;
  /** Of the links through which the edge reaches the actuators. */
  readonly links: readonly number[];
}

/** Address of an actuator over its link. */
export function linkUrl(port: number): string {
  return `ws://127.0.0.1:${port}/v1/link`;
}

/** A small system of two to four workers, with room for what one of them leaves behind. */
export function worldConfig(dir: string, ports: Ports, settings: WorldSettings): Config {
  const network = { networkBytesPerSec: 16 * MIB, diskBytesPerSec: 16 * MIB };
  return parseConfig({
    streams: [{ name: STREAM, partitions: 6, sampler: { kind: 'bernoulli', rate: 0.5 } }],
    pools: [
      {
        name: POOL,
        stream: STREAM,
        minWorkers: 2,
        maxWorkers: 4,
        minWorker: { cpuCores: 0.05, memoryBytes: 96 * MIB, ...network },
        maxWorker: { cpuCores: 0.2, memoryBytes: 256 * MIB, ...network },
        worker: { leaseTtlMs: LEASE_TTL_MS },
        hints: { base: { cpuCores: 0.02 }, perRecord: { cpuCores: 0.0012 } },
        policy: { leadTimeMs: 2000, stabilizationMs: 10_000, catchUpMs: 10_000 },
      },
    ],
    edge: { port: ports.edge, actuatorUrl: ports.links.map(linkUrl).join() },
    // Each has its port and its address from its environment.
    actuator: { planIntervalMs: 1000, mode: 'act' },
    storage: { path: dir },
    local: { drainTimeoutMs: DRAIN_TIMEOUT_MS, frozenAfterMs: settings.frozenAfterMs },
  });
}
