import {
  type LiveSnapshot,
  type PartitionDetail,
  type PartitionKey,
  type PartitionView,
  type StreamRecord,
  systemClock,
} from '@foreshadow/domain';
import { type Config, parseConfig } from '@foreshadow/domain/config';
import { ForecastEngine } from '@foreshadow/forecast';
import {
  MemoryOrchestrator,
  MemoryStateStore,
  MemoryStreamLog,
  StateWorkerRegistry,
} from '@foreshadow/ports';
import { afterEach, beforeEach } from 'vitest';
import { type ActuatorDependencies, type ActuatorServer, startActuator } from '../src/index.ts';
import { flatForecast, sampleOf, usedFor } from './helpers.ts';
import { TestEdge } from './test-edge.ts';

// An actuator with one stream of two partitions and one pool, all in memory, made anew for each test of a file that
// imports this.

export const P: PartitionKey = 'orders/0';
export const Q: PartitionKey = 'orders/1';
export const TICK_MS: number = 250;
export const MAX_WAIT: { readonly timeout: number; readonly interval: number } = {
  timeout: 8000,
  interval: 50,
};

export const configOf = (mode: 'advise' | 'act', port = 0): Config =>
  parseConfig({
    streams: [{ name: 'orders', partitions: 2 }],
    pools: [
      {
        name: 'workers',
        stream: 'orders',
        maxWorkers: 4,
        maxWorker: { cpuCores: 0.3, memoryBytes: 2 ** 28, networkBytesPerSec: 1e6, diskBytesPerSec: 1e6 },
        policy: { leadTimeMs: 1000 },
      },
    ],
    forecast: { tickMs: TICK_MS, horizonsMs: [1000, 5000] },
    actuator: { port, mode, planIntervalMs: 500 },
  });

export let log: MemoryStreamLog;
export let state: MemoryStateStore;
export let orchestrator: MemoryOrchestrator;
export let server: ActuatorServer | undefined;
const edges: TestEdge[] = [];
export const timers: NodeJS.Timeout[] = [];

export async function start(
  mode: 'advise' | 'act',
  changes: ActuatorDependencies = {},
  config: Config = configOf(mode),
): Promise<ActuatorServer> {
  server = await startActuator(config, { storage: { log, state }, orchestrator, ...changes });
  return server;
}

export async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${server?.url}${path}`)).json()) as T;
}

export const text = async (path: string): Promise<string> => (await fetch(`${server?.url}${path}`)).text();

export async function partition(index: number): Promise<PartitionView> {
  return (await get<PartitionDetail>(`/v1/partitions/orders/${index}`)).view;
}

/** The first snapshot of the live feed. */
export async function snapshot(): Promise<LiveSnapshot> {
  const response = await fetch(`${server?.url}/v1/live`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes('\n\n')) heard += (await reader.read()).value ?? '';
  await reader.cancel();
  return JSON.parse(heard.split('data: ')[1] ?? '') as LiveSnapshot;
}

export function records(count: number): StreamRecord[] {
  return Array.from({ length: count }, () => ({
    key: undefined,
    value: new Uint8Array(10),
    timestampMs: Date.now(),
  }));
}

/** An edge that reports the same load in each tick until it is stopped. */
export function feed(nodeId: string, rates: Partial<Record<PartitionKey, number>>, epoch = 1): TestEdge {
  const engine = new ForecastEngine(configOf('advise').forecast);
  const edge = new TestEdge(server?.url ?? '', nodeId, 2, epoch);
  edges.push(edge);
  edge.connect();
  const send = (): void => {
    const atMs = Math.floor(Date.now() / TICK_MS) * TICK_MS;
    const parts = Object.entries(rates) as [PartitionKey, number][];
    edge.report(
      parts.map(([p, rate]) => ({ ...sampleOf(p, atMs, rate), windowMs: TICK_MS })),
      parts.map(([p, rate]) => flatForecast(p, atMs, rate, rate / 20, [250, 500, 750, 1000, 3000, 5000])),
      parts.map(([p, rate]) => {
        engine.observe(p, atMs, rate);
        return { partition: p, atMs, state: engine.saveState(p) };
      }),
    );
  };
  timers.push(setInterval(send, TICK_MS));
  return edge;
}

/** Reports of every worker that runs: what it processed at 1 ms of CPU a record, beside 10 ms/s of its own. */
export function reportUtilization(rate: number): void {
  const registry = new StateWorkerRegistry(state);
  const pool = { ...configOf('act').pools[0], partitions: [P, Q] };
  timers.push(
    setInterval(() => {
      void orchestrator.observe({ ...pool, bounds: {} } as never).then(async (workers) => {
        for (const w of workers.filter((one) => one.phase === 'ready')) {
          const each = rate / Math.max(1, workers.length);
          await registry.report({
            worker: w.id,
            pool: 'workers',
            atMs: Date.now(),
            windowMs: TICK_MS,
            used: usedFor(each),
            allowance: w.allowance,
            busyFraction: 0.5,
            throttledFraction: 0,
            partitions: w.owns.map((partition) => ({
              partition,
              processedRecordsPerSec: each / w.owns.length,
              processedBytesPerSec: (each / w.owns.length) * 200,
              processedWorkPerSec: undefined,
              cpuCores: (each / w.owns.length) * 0.001,
              lagRecords: 0,
              lagSeconds: 0,
            })),
          });
        }
      });
    }, TICK_MS),
  );
}

beforeEach(async () => {
  log = new MemoryStreamLog(systemClock);
  state = new MemoryStateStore(systemClock);
  orchestrator = new MemoryOrchestrator({ clock: systemClock, startDelayMs: 300 });
  await log.createStream('orders', 2);
});

afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const edge of edges.splice(0)) edge.close();
  await server?.close('drain');
  server = undefined;
});
