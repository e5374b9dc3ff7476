import { type Plan, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import {
  type FrameRelay,
  type Leases,
  MemoryFrameRelay,
  MemoryLeases,
  MemoryOrchestrator,
  MemoryStateStore,
  MemoryStreamLog,
  PortError,
} from '@foreshadow/ports';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ActuatorServer, startActuator } from '../../src/index.ts';

const MAX_WAIT = { timeout: 20_000, interval: 50 };
// A machine that stands still for less does not move the lead.
const LEASE_MS = 2000;

const disposals: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

/** Leases that a replica reaches until it is cut off from them. */
class CutLeases implements Leases {
  isCut = false;
  readonly #leases: Leases;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  acquire: Leases['acquire'] = async (...args) => this.#reached().acquire(...args);
  renew: Leases['renew'] = async (...args) => this.#reached().renew(...args);
  release: Leases['release'] = async (lease) => this.#reached().release(lease);
  holder: Leases['holder'] = async (name) => this.#reached().holder(name);
  close: Leases['close'] = async () => undefined;

  #reached(): Leases {
    if (this.isCut) throw new PortError('UNAVAILABLE', 'cut off');
    return this.#leases;
  }
}

interface Pair {
  readonly first: ActuatorServer;
  readonly second: ActuatorServer;
  readonly leases: CutLeases;
  readonly applied: string[];
}

/** Two replicas on one storage; the first leads. */
async function pair(relay?: FrameRelay): Promise<Pair> {
  const log = new MemoryStreamLog(systemClock);
  const state = new MemoryStateStore(systemClock);
  const shared = new MemoryLeases(systemClock);
  const leases = new CutLeases(shared);
  await log.createStream('orders', 1);
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 1 }],
    pools: [{ name: 'workers', stream: 'orders', minWorkers: 2 }],
    forecast: { tickMs: 250, horizonsMs: [1000] },
    actuator: { port: 0, mode: 'act', planIntervalMs: 500, leaseMs: LEASE_MS },
  });
  const applied: string[] = [];
  const start = async (name: string, own: Leases): Promise<ActuatorServer> => {
    const orchestrator = new MemoryOrchestrator({ clock: systemClock, startDelayMs: 0 });
    const apply = orchestrator.apply.bind(orchestrator);
    orchestrator.apply = async (pool, plan) => {
      applied.push(name);
      await apply(pool, plan);
    };
    const server = await startActuator(config, {
      storage: { log, state, leases: own, relay },
      orchestrator,
      openTrainer: async () => undefined,
    });
    disposals.push(() => server.close('leave'));
    return server;
  };
  return { first: await start('first', leases), second: await start('second', shared), leases, applied };
}

const status = async (server: ActuatorServer, path: string): Promise<number> =>
  (await fetch(`${server.url}${path}`)).status;
const planOf = async (server: ActuatorServer): Promise<Plan> =>
  (await (await fetch(`${server.url}/v1/plan`)).json()) as Plan;

const eventsOf = async (server: ActuatorServer): Promise<string> =>
  (await fetch(`${server.url}/v1/events`)).text();

function edgeAt(server: ActuatorServer): ForeshadowEdge {
  const edge = new ForeshadowEdge({
    nodeId: 'edge',
    streams: [{ name: 'orders', partitions: 1 }],
    forecast: { tickMs: 250, horizonsMs: [1000] },
    link: { url: `${server.url.replace('http', 'ws')}/v1/link`, webSocket: (url) => new WebSocket(url) },
  });
  disposals.push(() => edge.stop());
  edge.start();
  return edge;
}

describe('two replicas on one storage', () => {
  it('one leads, the other says who', async () => {
    const { first, second } = await pair();
    expect([first.isLeading, second.isLeading]).toEqual([true, false]);
    await vi.waitFor(async () => expect(await status(first, '/v1/plan')).toBe(200), MAX_WAIT);
    const answer = await fetch(`${second.url}/v1/plan`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: { code: 'NOT_LEADER', message: expect.stringContaining(`127.0.0.1:${first.port}`) as string },
    });
    expect(await status(second, '/healthz')).toBe(200);
    expect(await status(second, '/readyz')).toBe(503);
  });

  it('an edge that comes to the one that stands by is sent to the leader', async () => {
    const { first, second } = await pair();
    const edge = edgeAt(second);
    await vi.waitFor(async () => {
      expect(edge.status().link).toBe('connected');
      expect(await eventsOf(first)).toContain('edge-connected');
    }, MAX_WAIT);
    expect(edge.stats().link?.sessions).toBe(1);
  });

  it('where frames can be relayed, its frames go to the leader, and to the next one after it', async () => {
    const { first, second, leases } = await pair(new MemoryFrameRelay());
    const edge = edgeAt(second);
    await vi.waitFor(async () => {
      expect(edge.status().link).toBe('connected');
      expect(await eventsOf(first)).toContain('edge-connected');
    }, MAX_WAIT);
    expect(edge.status().lastEnd).toBeUndefined();
    edge.offer('orders', 0, 'k', 100);
    await vi.waitFor(async () => {
      const { series } = (await (await fetch(`${first.url}/v1/partitions/orders/0`)).json()) as {
        series: unknown[];
      };
      expect(JSON.stringify(series)).not.toBe('[]');
    }, MAX_WAIT);
    // The replica that holds the socket takes the lead: the edge comes again, and speaks to it directly.
    leases.isCut = true;
    await vi.waitFor(async () => {
      expect(second.isLeading).toBe(true);
      expect(await eventsOf(second)).toContain('edge-connected');
    }, MAX_WAIT);
  });

  it('a leader that is cut off stops planning; the other goes on with its plans', async () => {
    const { first, second, leases, applied } = await pair();
    await vi.waitFor(async () => expect((await planOf(first)).pools.length).toBe(1), MAX_WAIT);
    const before = await planOf(first);
    leases.isCut = true;
    await vi.waitFor(() => expect(second.isLeading).toBe(true), MAX_WAIT);
    expect(first.isLeading).toBe(false);
    applied.length = 0;
    await vi.waitFor(() => expect(applied).toContain('second'), MAX_WAIT);
    await systemClock.sleep(1000);
    expect(applied).not.toContain('first');
    const after = await planOf(second);
    expect(after.pools[0]?.allocation.workers).toBe(before.pools[0]?.allocation.workers);
    // Reached again, the first stands by, and sends its edges on.
    leases.isCut = false;
    await vi.waitFor(async () => expect(await status(first, '/v1/plan')).toBe(503), MAX_WAIT);
    expect(second.isLeading).toBe(true);
  });

  it('a leader that closes gives the lead up at once', async () => {
    const { first, second } = await pair();
    await first.close('leave');
    await vi.waitFor(() => expect(second.isLeading).toBe(true), MAX_WAIT);
    await vi.waitFor(async () => expect(await status(second, '/v1/plan')).toBe(200), MAX_WAIT);
  });
});
