import type { PartitionKey } from '@foreshadow/domain';
import type { Lease, Leases } from '@foreshadow/ports';
import { describe, expect, it } from 'vitest';
import { partitionLease } from '../src/index.ts';
import { PLENTY, RecordingLogger, World } from './harness.ts';

async function owned(world: World): Promise<Record<string, readonly PartitionKey[]>> {
  const reports = await world.registry.reports('p');
  return Object.fromEntries(reports.map((r) => [r.id, r.owns]));
}

/** Leases of a process that can be frozen: its calls do not come back until it thaws. */
class FreezableLeases implements Leases {
  readonly #inner: Leases;
  #thawed: Promise<void> = Promise.resolve();
  thaw: () => void = () => {};

  constructor(inner: Leases) {
    this.#inner = inner;
  }

  freeze(): void {
    this.#thawed = new Promise((resolve) => {
      this.thaw = resolve;
    });
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    await this.#thawed;
    return this.#inner.acquire(name, owner, ttlMs);
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    await this.#thawed;
    return this.#inner.renew(lease, ttlMs);
  }

  async release(lease: Lease): Promise<void> {
    await this.#thawed;
    return this.#inner.release(lease);
  }

  holder(name: string): Promise<Lease | undefined> {
    return this.#inner.holder(name);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** A gate that opens once. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('without an assignment', () => {
  it('workers share the partitions evenly, also when one joins or leaves', async () => {
    const world = await new World(8).open();
    world.start('a', () => {});
    await world.clock.advance(2_500);
    expect((await owned(world))['a']).toHaveLength(8);
    const b = world.start('b', () => {});
    world.start('c', () => {});
    await world.clock.advance(5_000);
    const shares = Object.values(await owned(world));
    expect(shares.map((s) => s.length).sort()).toEqual([2, 3, 3]);
    expect(new Set(shares.flat()).size).toBe(8);
    b.stop.abort();
    await world.clock.advance(6_000);
    const { a, c } = await owned(world);
    expect([a!.length, c!.length]).toEqual([4, 4]);
  });
});

describe('without an assignment, when the wall-clock steps', () => {
  it.each([3_600_000, -3_600_000])('by %d ms, nobody takes the others for dead', async (stepMs) => {
    const world = await new World(8).open();
    world.start('a', () => {});
    world.start('b', () => {});
    await world.clock.advance(5_000);
    world.clock.stepWall(stepMs);
    for (let i = 0; i < 20; i++) {
      await world.clock.advance(250);
      const shares = Object.values(await owned(world)).map((s) => s.length);
      expect(shares).toEqual([4, 4]);
    }
  });
});

describe('with an assignment', () => {
  it('hands a partition over without losing, repeating or reordering a record', async () => {
    const world = await new World(2).open();
    const handled: { worker: string; position: number; token: number }[] = [];
    const handlerOf =
      (worker: string) =>
      (records: readonly { position: number }[], context: { partition: string; token: number }): void => {
        if (context.partition !== 'orders/0') return;
        for (const { position } of records) handled.push({ worker, position, token: context.token });
      };
    await world.direct('a', { partitions: ['orders/0', 'orders/1'] });
    await world.direct('b', { partitions: [] });
    world.start('a', handlerOf('a'));
    world.start('b', handlerOf('b'));
    for (let tick = 0; tick < 40; tick++) {
      await world.append(0, 7);
      if (tick === 20) {
        await world.direct('a', { partitions: ['orders/1'] });
        await world.direct('b', { partitions: ['orders/0'] });
      }
      await world.clock.advance(100);
    }
    await world.clock.advance(1_500);
    expect(handled.map((h) => h.position)).toEqual(Array.from({ length: 280 }, (_, i) => i));
    expect(new Set(handled.map((h) => h.worker))).toEqual(new Set(['a', 'b']));
    expect(handled.at(-1)!.token).toBeGreaterThan(handled[0]!.token);
    expect(await owned(world)).toEqual({ a: ['orders/1'], b: ['orders/0'] });
  });

  it('handles nothing of partitions that it is not assigned', async () => {
    const world = await new World(2).open();
    await world.append(1, 5);
    await world.direct('a', { partitions: ['orders/0'] });
    let handled = 0;
    world.start('a', () => void handled++);
    await world.clock.advance(3_000);
    expect(handled).toBe(0);
  });
});

describe('leases that answer late', () => {
  it('are given back if they come when the worker drains', async () => {
    const world = await new World(1).open();
    const leases = new FreezableLeases(world.leases);
    leases.freeze();
    const worker = world.start('a', () => {}, { leases });
    await world.clock.advance(1_000);
    worker.stop.abort();
    await world.clock.advance(100);
    leases.thaw();
    await world.clock.advance(100);
    await worker.done;
    expect(await world.leases.holder(partitionLease('p', 'orders/0'))).toBeUndefined();
    expect((await world.registry.reports('p'))[0]).toMatchObject({ phase: 'drained', owns: [] });
  });

  it('are taken anew only once they were given up', async () => {
    const world = await new World(1).open();
    const { opened, open } = gate();
    class LateRelease extends FreezableLeases {
      override async release(lease: Lease): Promise<void> {
        await opened;
        return super.release(lease);
      }
    }
    await world.direct('a', { partitions: ['orders/0'] });
    world.start('a', () => {}, { leases: new LateRelease(world.leases) });
    await world.clock.advance(1_000);
    await world.direct('a', { partitions: [] });
    await world.clock.advance(500);
    await world.direct('a', { partitions: ['orders/0'] });
    await world.clock.advance(500);
    open();
    await world.clock.advance(200);
    const holder = await world.leases.holder(partitionLease('p', 'orders/0'));
    expect(holder).toMatchObject({ owner: 'a', token: 2 });
  });
});

describe('leases that cannot be renewed', () => {
  it('abort what is under way once they have run out, and give the partition back when they can', async () => {
    const world = await new World(1).open();
    const leases = Object.create(world.leases) as typeof world.leases;
    let isDown = false;
    leases.renew = (lease, ttlMs) =>
      isDown ? Promise.reject(new Error('no route')) : world.leases.renew(lease, ttlMs);
    leases.acquire = (name, owner, ttlMs) =>
      isDown ? Promise.reject(new Error('no route')) : world.leases.acquire(name, owner, ttlMs);
    const handled: number[] = [];
    let signal: AbortSignal | undefined;
    const handler = async (
      records: readonly { position: number }[],
      context: { signal: AbortSignal },
    ): Promise<void> => {
      signal = context.signal;
      if (isDown) await new Promise<void>((resolve) => signal!.addEventListener('abort', () => resolve()));
      handled.push(...records.map((r) => r.position));
    };
    world.start('a', handler, { leases });
    await world.clock.advance(1_000);
    isDown = true;
    await world.append(0, 3);
    await world.clock.advance(1_000);
    expect(signal!.aborted).toBe(false);
    await world.clock.advance(3_000);
    expect(signal!.aborted).toBe(true);
    isDown = false;
    await world.clock.advance(3_000);
    expect(handled.slice(-3)).toEqual([0, 1, 2]);
    expect(await world.committed(0)).toBe(3);
  });
});

describe('a worker that freezes', () => {
  it('loses its partition after the lease, handles nothing more and cannot commit', async () => {
    const world = await new World(1).open();
    const leases = new FreezableLeases(world.leases);
    const logger = new RecordingLogger();
    await world.direct('a', { partitions: ['orders/0'] });
    let hold: Promise<void> = Promise.resolve();
    let release: () => void = () => {};
    let callsOfA = 0;
    const frozenHandler = async (): Promise<void> => {
      callsOfA++;
      await hold;
    };
    world.start('a', frozenHandler, { leases, logger });
    await world.append(0, 4);
    await world.clock.advance(1_000);
    expect(await world.committed(0)).toBe(4);

    hold = new Promise((resolve) => {
      release = resolve;
    });
    await world.append(0, 4);
    await world.clock.advance(100);
    leases.freeze();
    const callsBefore = callsOfA;
    const seenByB: number[] = [];
    await world.direct('b', { partitions: ['orders/0'] });
    world.start('b', (records) => void seenByB.push(...records.map((r) => r.position)));
    await world.clock.advance(5_000);
    expect(seenByB, 'redelivered from the committed position').toEqual([4, 5, 6, 7]);
    expect(await world.committed(0)).toBe(8);

    await world.append(0, 4);
    release();
    await world.clock.advance(500);
    expect(callsOfA, 'no handler starts after the own lease expired').toBe(callsBefore);
    leases.thaw();
    await world.direct('a', { partitions: [] });
    await world.clock.advance(2_000);
    expect(callsOfA).toBe(callsBefore);
    expect(await world.committed(0)).toBe(12);
    expect(seenByB).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(logger.said.some((s) => /lost the lease|commit orders\/0: failed/.test(s.message))).toBe(true);
  });
});

describe('adversarial', () => {
  it('goes on while the registry fails, and says so once', async () => {
    const world = await new World(1).open();
    const logger = new RecordingLogger();
    let isDown = false;
    const registry = Object.create(world.registry) as typeof world.registry;
    registry.directive = (pool, worker) =>
      isDown ? Promise.reject(new Error('no store')) : world.registry.directive(pool, worker);
    registry.report = (u) => (isDown ? Promise.reject(new Error('no store')) : world.registry.report(u));
    await world.direct('a', { partitions: ['orders/0'] });
    let handled = 0;
    world.start('a', (records) => void (handled += records.length), { registry, logger });
    await world.clock.advance(1_000);
    isDown = true;
    await world.append(0, 30);
    await world.clock.advance(5_000);
    expect(handled).toBe(30);
    isDown = false;
    await world.clock.advance(2_000);
    const about = logger.said.filter((s) => s.message.startsWith('read the directive'));
    expect(about.map((s) => s.level)).toEqual(['warn', 'info']);
  });

  it('goes on with a directive that cannot be read', async () => {
    const world = await new World(1).open();
    await world.direct('a', { partitions: ['orders/0'] });
    let handled = 0;
    world.start('a', (records) => void (handled += records.length));
    await world.clock.advance(1_000);
    await world.registry.direct('p', 'a', { partitions: 7 } as never);
    await world.append(0, 30);
    await world.clock.advance(10_000);
    expect(handled).toBe(30);
    const [report] = await world.registry.reports('p');
    expect(world.clock.nowMs() - report!.atMs).toBeLessThan(2_000);
  });

  it('waits for a stream that does not exist yet', async () => {
    const world = new World(1);
    let handled = 0;
    world.start('a', (records) => void (handled += records.length));
    await world.clock.advance(2_000);
    await world.open();
    await world.append(0, 3);
    await world.clock.advance(2_000);
    expect(handled).toBe(3);
  });

  it('keeps the allowance where a directive has none, NaN or a negative one', async () => {
    const world = await new World(1).open();
    await world.append(0, 100_000);
    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0.1 } });
    const worker = world.start('a', (records) => {
      worker.system.usedCpuMs += records.length;
    });
    await world.clock.advance(2_000);
    for (const cpuCores of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      await world.direct('a', { allowance: { ...PLENTY, cpuCores } });
      await world.clock.advance(2_000);
    }
    expect(worker.system.usedCpuMs).toBeLessThan(8_000 * 0.1 + 100 + 40);
    const [u] = await world.registry.latest('p', world.clock.nowMs(), 60_000);
    expect(u!.allowance.cpuCores).toBe(0.1);
  });

  it('never reports a negative lag when the wall-clock goes back', async () => {
    const world = await new World(1).open();
    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0 } });
    const worker = world.start('a', () => {
      worker.system.usedCpuMs += 1_000;
    });
    await world.append(0, 100);
    await world.clock.advance(1_500);
    world.clock.stepWall(-3_600_000);
    await world.clock.advance(2_000);
    const u = (await world.registry.latest('p', world.clock.nowMs(), 60_000))[0]!;
    expect(u.partitions[0]!.lagRecords).toBeGreaterThan(0);
    expect(u.partitions[0]!.lagSeconds).toBe(0);
    expect(u.windowMs).toBeGreaterThan(0);
  });
});
