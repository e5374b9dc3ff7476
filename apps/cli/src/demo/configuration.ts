import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, parseConfig } from '@foreshadow/domain/config';
import type { DemoOptions } from './options.ts';

export const DEMO_STREAM = 'orders';
export const DEMO_POOL = 'orders-workers';

const MIB = 1024 * 1024;
const SMALLEST_WORKER = {
  cpuCores: 0.05,
  memoryBytes: 96 * MIB,
  networkBytesPerSec: 64 * 1024,
  diskBytesPerSec: 64 * 1024,
};
const LARGEST_WORKER = {
  cpuCores: 0.25,
  memoryBytes: 256 * MIB,
  networkBytesPerSec: 16 * MIB,
  diskBytesPerSec: 16 * MIB,
};

/**
 * The demo's configuration. Sizes fit a machine of two cores: eight workers at their largest may take both cores,
 * and the default load needs about 0.4 cores on average, 0.9 at its peaks.
 */
export function demoConfig(options: DemoOptions, dir: string): Config {
  // What a record costs, roughly: the first plan need not wait until a worker has measured it.
  const hints = { base: { cpuCores: 0.01 }, perRecord: { cpuCores: 0.0008 } };
  const sampler = { kind: 'bernoulli', rate: 0.05, seed: options.seed };
  return parseConfig({
    streams: [
      { name: DEMO_STREAM, partitions: options.partitions, sampler, ...probeOf(options) },
      { name: 'web', partitions: 1, sampler },
    ],
    pools: [
      {
        name: DEMO_POOL,
        stream: DEMO_STREAM,
        minWorkers: 1,
        maxWorkers: options.partitions,
        minWorker: SMALLEST_WORKER,
        maxWorker: LARGEST_WORKER,
        hints,
        policy: { leadTimeMs: Math.max(1000, options.startDelayMs + 1000) },
      },
      // Live input, `foreshadow produce web`: one small worker that is there when something comes.
      {
        name: 'web-workers',
        stream: 'web',
        maxWorkers: 1,
        minWorker: SMALLEST_WORKER,
        maxWorker: LARGEST_WORKER,
        hints,
      },
    ],
    edge: {
      port: options.edgePort,
      actuatorUrl: linkUrls(demoPorts(options).actuators),
    },
    forecast: { forecaster: options.forecaster },
    actuator: {
      port: options.port,
      planIntervalMs: options.planIntervalMs,
      mode: options.mode,
      budget: options.budgetCores === undefined ? {} : { cpuCores: options.budgetCores },
    },
    storage: { path: join(dir, 'store'), retainRecords: 0, ...redisOf(options, dir) },
    local: { startDelayMs: options.startDelayMs },
  });
}

export interface DemoPorts {
  readonly actuators: readonly number[];
  readonly edges: readonly number[];
}

/** The first actuator has `port`, the edges have `edgePort` and what follows, the other actuators what follows these. */
export function demoPorts({ port, edgePort, edges, actuators }: DemoOptions): DemoPorts {
  const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
  return { actuators: [port, ...from(edgePort + edges, actuators - 1)], edges: from(edgePort, edges) };
}

/** Links of the actuators, as an edge names them. */
export function linkUrls(ports: readonly number[]): string {
  return ports.map((port) => `ws://127.0.0.1:${port}/v1/link`).join();
}

/** The probe does what workers do, with one record in ten: at the load of the scenario some hundredths of a core. */
const PROBE = { rate: 0.1, cpuShare: 0.1 };

function probeOf({ scenario, probe }: DemoOptions): { probe?: { module: string } & typeof PROBE } {
  if (scenario !== 'costly-mix' || !probe) return {};
  const module = fileURLToPath(new URL('../workload/probe.js', import.meta.url));
  return { probe: { module, ...PROBE } };
}

/** Runs that share a Redis stay apart by the name of their folder. */
function redisOf({ redisUrl }: DemoOptions, dir: string): { redis?: { url: string; prefix: string } } {
  return redisUrl === undefined ? {} : { redis: { url: redisUrl, prefix: `fs:${prefixOf(basename(dir))}` } };
}

function prefixOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 80);
}
