import type { ResourceVector, Utilization } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { partitionLease } from '../src/index.ts';
import { PLENTY, World } from './harness.ts';

async function utilization(world: World, worker: string): Promise<Utilization> {
  const all = await world.registry.latest('p', world.clock.nowMs(), 60_000);
  return all.find((u) => u.worker === worker)!;
}

describe('handling', () => {
  it('hands out every record once and in order, and commits all of them', async () => {
    const world = await new World(3).open();
    for (let p = 0; p < 3; p++) await world.append(p, 50);
    const seen = new Map<string, number[]>();
    const worker = world.start('a', (records, { partition }) => {
      const positions = seen.get(partition) ?? [];
      seen.set(partition, [...positions, ...records.map((r) => r.position)]);
    });
    await world.clock.advance(2_000);
    await world.append(1, 10);
    await world.clock.advance(1_000);
    for (const [p, count] of [50, 60, 50].entries()) {
      expect(seen.get(`orders/${p}`)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(await world.committed(p)).toBe(count);
    }
    worker.stop.abort();
    await world.clock.advance(100);
    expect(await worker.done).toEqual({ processedRecords: 160, deadLetteredRecords: 0 });
  });

  it('goes on from the committed position', async () => {
    const world = await new World(1).open();
    await world.append(0, 10);
    await world.log.claim('orders/0', 'g', 1);
    await world.log.commit('orders/0', 'g', 7, 1);
    const seen: number[] = [];
    world.start('a', (records) => void seen.push(...records.map((r) => r.position)));
    await world.clock.advance(1_000);
    expect(seen).toEqual([7, 8, 9]);
  });

  it('says what it used and processed, each second', async () => {
    const world = await new World(2).open();
    const worker = world.start('a', (records, context) => {
      worker.system.usedCpuMs += 2 * records.length;
      context.addWork(3 * records.length);
    });
    await world.clock.advance(3_000);
    for (let tick = 0; tick < 20; tick++) {
      await world.append(0, 5, 200);
      await world.clock.advance(100);
    }
    const u = await utilization(world, 'a');
    const p0 = u.partitions.find((p) => p.partition === 'orders/0')!;
    expect(p0.processedRecordsPerSec).toBeCloseTo(50, -1);
    expect(p0.processedBytesPerSec).toBeCloseTo(200 * p0.processedRecordsPerSec, 6);
    expect(p0.processedWorkPerSec).toBeCloseTo(3 * p0.processedRecordsPerSec, 6);
    expect(p0.cpuCores).toBeCloseTo(0.002 * p0.processedRecordsPerSec, 6);
    expect(u.used.cpuCores).toBeCloseTo(p0.cpuCores, 6);
    expect(u.used.networkBytesPerSec).toBeGreaterThan(p0.processedBytesPerSec * 0.9);
    expect(u.used.diskBytesPerSec).toBeGreaterThan(0);
    expect(u.throttledFraction).toBe(0);
    const p1 = u.partitions.find((p) => p.partition === 'orders/1')!;
    expect(p1).toMatchObject({ processedRecordsPerSec: 0, lagRecords: 0, lagSeconds: 0 });
    expect(p1.processedWorkPerSec).toBeUndefined();
  });

  it('reports the disk bytes of the handler where it knows them', async () => {
    const world = await new World(1).open();
    world.start('a', (records, context) => context.addDiskBytes(1_000 * records.length));
    await world.clock.advance(1_500);
    await world.append(0, 20);
    await world.clock.advance(600);
    const u = await utilization(world, 'a');
    expect(u.used.diskBytesPerSec * (u.windowMs / 1000)).toBeCloseTo(20_000, 6);
  });
});

describe('a handler that throws', () => {
  it('is called again, and in the end only the bad record is given up, said and counted', async () => {
    const world = await new World(2).open();
    await world.append(0, 20);
    await world.append(1, 20);
    const handled = new Map<string, Set<number>>([
      ['orders/0', new Set()],
      ['orders/1', new Set()],
    ]);
    let calls = 0;
    const errors: string[] = [];
    const logger = { info: () => {}, warn: () => {}, error: (_: object, m: string) => void errors.push(m) };
    const handler = (records: readonly { position: number }[], context: { partition: string }): void => {
      for (const { position } of records) {
        if (context.partition === 'orders/0' && position === 5) {
          calls++;
          throw new Error('cannot digest this');
        }
        handled.get(context.partition)!.add(position);
      }
    };
    const worker = world.start('a', handler, { logger });
    await world.clock.advance(500);
    expect(handled.get('orders/1')!.size, 'the other partition goes on meanwhile').toBe(20);
    await world.clock.advance(10_000);
    const all = Array.from({ length: 20 }, (_, i) => i);
    expect([...handled.get('orders/0')!].sort((a, b) => a - b)).toEqual(all.filter((i) => i !== 5));
    expect(calls).toBe(6);
    expect(errors).toHaveLength(1);
    expect(await world.committed(0)).toBe(20);
    worker.stop.abort();
    await world.clock.advance(100);
    expect((await worker.done).deadLetteredRecords).toBe(1);
  });

  it('keeps its records when the failure passes', async () => {
    const world = await new World(1).open();
    await world.append(0, 3);
    let failures = 3;
    const seen: number[] = [];
    world.start('a', (records) => {
      if (failures-- > 0) throw new Error('not yet');
      seen.push(...records.map((r) => r.position));
    });
    await world.clock.advance(5_000);
    expect(seen).toEqual([0, 1, 2]);
  });
});

describe('allowances', () => {
  it('holds CPU to the allowance, says that it is throttled, and follows a new one without restart', async () => {
    const world = await new World(1).open();
    await world.append(0, 10_000);
    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0.1 } });
    const worker = world.start('a', (records) => {
      worker.system.usedCpuMs += records.length;
    });
    await world.clock.advance(10_000);
    const first = worker.system.usedCpuMs;
    // 0.1 core for 10 s, and the burst
    expect(first).toBeGreaterThan(900);
    expect(first).toBeLessThan(1_000 + 100 + 40);
    const u = await utilization(world, 'a');
    expect(u.throttledFraction).toBeGreaterThan(0.9);
    expect(u.used.cpuCores).toBeCloseTo(0.1, 1);
    expect(u.partitions[0]!.lagRecords).toBeGreaterThan(8_000);

    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0.5 } });
    await world.clock.advance(10_000);
    expect(worker.system.usedCpuMs - first).toBeGreaterThan(4_700);
    expect(worker.system.usedCpuMs - first).toBeLessThan(5_050);
  });

  /** Bytes of the records handled in `ms`, under an allowance that has lasted for some seconds. */
  async function handledUnder(
    world: World,
    worker: { bytes: number },
    allowance: Partial<ResourceVector>,
    ms = 20_000,
  ): Promise<number> {
    await world.direct('a', { allowance: { ...PLENTY, ...allowance } });
    await world.clock.advance(3_000);
    const before = worker.bytes;
    await world.clock.advance(ms);
    return worker.bytes - before;
  }

  it('holds what it reads to the network allowance, and follows a new one without restart', async () => {
    const world = await new World(3).open();
    for (let p = 0; p < 3; p++) await world.append(p, 4_000, 999);
    const seen = { bytes: 0 };
    world.start('a', (records) => void (seen.bytes += 1_000 * records.length));
    const first = await handledUnder(world, seen, { networkBytesPerSec: 100_000 });
    expect(first / 2_000_000).toBeCloseTo(1, 1);
    const u = await utilization(world, 'a');
    expect(u.used.networkBytesPerSec / 100_000).toBeCloseTo(1, 1);
    expect(u.throttledFraction).toBeGreaterThan(0.5);
    for (const { processedRecordsPerSec } of u.partitions) expect(processedRecordsPerSec).toBeGreaterThan(15);
    const second = await handledUnder(world, seen, { networkBytesPerSec: 50_000 });
    expect(second / first).toBeCloseTo(0.5, 1);
  });

  it('holds what the handler sends and writes to the allowances of network and disk', async () => {
    const world = await new World(1).open();
    await world.append(0, 20_000, 9);
    const seen = { bytes: 0 };
    world.start('a', (records, context) => {
      seen.bytes += 10 * records.length;
      context.addNetworkBytes(990 * records.length);
      context.addDiskBytes(2_000 * records.length);
    });
    const byNetwork = await handledUnder(world, seen, { networkBytesPerSec: 100_000 });
    expect(byNetwork / 20_000).toBeCloseTo(1, 1);
    const byDisk = await handledUnder(world, seen, { diskBytesPerSec: 100_000 });
    expect(byDisk / 10_000).toBeCloseTo(1, 1);
    const u = await utilization(world, 'a');
    expect(u.used.diskBytesPerSec / 100_000).toBeCloseTo(1, 1);
    expect(u.throttledFraction).toBeGreaterThan(0.5);
  });

  it('holds the records handled to the disk allowance where the handler does not report any', async () => {
    const world = await new World(1).open();
    await world.append(0, 6_000, 1_000);
    const seen = { bytes: 0 };
    const allowance = { ...PLENTY, diskBytesPerSec: 100_000 };
    world.start('a', (records) => void (seen.bytes += 1_000 * records.length), { allowance });
    const handled = await handledUnder(world, seen, { diskBytesPerSec: 100_000 });
    expect(handled / 2_000_000).toBeCloseTo(1, 1);
  });

  it('is not throttled by network or disk while it keeps up, nor while there is nothing to read', async () => {
    const world = await new World(2).open();
    await world.direct('a', {
      allowance: { ...PLENTY, networkBytesPerSec: 15_000, diskBytesPerSec: 15_000 },
    });
    let handled = 0;
    world.start('a', (records) => void (handled += records.length));
    await world.clock.advance(3_000);
    // A second's records at once: the burst carries them.
    for (let second = 0; second < 30; second++) {
      await world.append(second % 2, 100, 99);
      await world.clock.advance(1_000);
      expect((await utilization(world, 'a')).throttledFraction).toBe(0);
    }
    expect(handled).toBe(3_000);
  });

  it('goes on with records larger than the allowance, one by one', async () => {
    const world = await new World(1).open();
    await world.append(0, 4, 50_000);
    await world.direct('a', { allowance: { ...PLENTY, networkBytesPerSec: 10_000 } });
    const seen: number[] = [];
    world.start('a', (records) => void seen.push(...records.map((r) => r.position)));
    await world.clock.advance(30_000);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('pays for its own overhead while it is idle, not when records come', async () => {
    const world = await new World(1).open();
    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0.05 } });
    let handled = 0;
    const worker = world.start('a', (records) => void (handled += records.length));
    for (let second = 0; second < 300; second++) {
      worker.system.usedCpuMs += 20;
      await world.clock.advance(1_000);
    }
    await world.append(0, 5);
    await world.clock.advance(500);
    expect(handled).toBe(5);
  });

  it('is not throttled while it keeps up', async () => {
    const world = await new World(1).open();
    await world.direct('a', { allowance: { ...PLENTY, cpuCores: 0.2 } });
    const worker = world.start('a', (records) => {
      worker.system.usedCpuMs += records.length;
    });
    for (let tick = 0; tick < 50; tick++) {
      await world.append(0, 10);
      await world.clock.advance(100);
    }
    expect((await utilization(world, 'a')).throttledFraction).toBe(0);
  });

  it('reads one record at a time when memory is nearly used up', async () => {
    const world = await new World(1).open();
    await world.append(0, 400);
    const sizes: number[] = [];
    const worker = world.start('a', (records) => void sizes.push(records.length), {
      allowance: { ...PLENTY, memoryBytes: 64 * 1024 * 1024 },
    });
    const sizesAt = async (usedMemoryBytes: number): Promise<number[]> => {
      worker.system.usedMemoryBytes = usedMemoryBytes;
      await world.clock.advance(1_000);
      sizes.length = 0;
      await world.append(0, 400);
      await world.clock.advance(1_000);
      return sizes;
    };
    expect(Math.max(...(await sizesAt(62 * 1024 * 1024)))).toBe(1);
    expect(Math.max(...(await sizesAt(20 * 1024 * 1024)))).toBeGreaterThan(1);
  });
});

describe('start and drain', () => {
  it('takes work only after its start delay, and says where it stands', async () => {
    const world = await new World(1).open();
    await world.append(0, 5);
    let handled = 0;
    const worker = world.start('a', (records) => void (handled += records.length), { startDelayMs: 15_000 });
    await world.clock.advance(14_900);
    expect(handled).toBe(0);
    const [starting] = await world.registry.reports('p');
    expect(starting).toMatchObject({ phase: 'starting', owns: [], pid: 42 });
    expect(world.clock.nowMs() - starting!.atMs).toBeLessThan(2_000);
    await world.clock.advance(1_500);
    expect(handled).toBe(5);
    const [ready] = await world.registry.reports('p');
    expect(ready).toMatchObject({ phase: 'ready', owns: ['orders/0'] });
    expect(ready!.readyAtMs! - ready!.startedAtMs).toBe(15_000);
    expect(worker.system.usedCpuMs).toBe(0);
  });

  it('drains by directive: finishes what is in flight, commits, releases, says so', async () => {
    const world = await new World(1).open();
    await world.append(0, 1_000);
    let finished = 0;
    const worker = world.start('a', async (records) => {
      await world.clock.sleep(400);
      finished += records.length;
    });
    await world.clock.advance(1_000);
    await world.direct('a', { drain: true });
    await world.clock.advance(1_000);
    const summary = await worker.done;
    expect(summary.processedRecords).toBe(finished);
    expect(finished).toBeLessThan(1_000);
    expect(await world.committed(0)).toBe(finished);
    expect(await world.leases.holder(partitionLease('p', 'orders/0'))).toBeUndefined();
    expect((await world.registry.reports('p'))[0]).toMatchObject({ phase: 'drained', owns: [] });
    expect(world.clock.sleeping).toBe(0);
  });

  it('waits no longer than the drain timeout for a handler that hangs', async () => {
    const world = await new World(1).open();
    await world.append(0, 4);
    let signal: AbortSignal | undefined;
    const handler = (_: unknown, context: { signal: AbortSignal }): Promise<void> => {
      signal = context.signal;
      return new Promise(() => {});
    };
    const worker = world.start('a', handler, { drainTimeoutMs: 5_000 });
    await world.clock.advance(1_000);
    worker.stop.abort();
    await world.clock.advance(4_900);
    expect(signal!.aborted).toBe(false);
    await world.clock.advance(200);
    await worker.done;
    expect(signal!.aborted).toBe(true);
    expect(await world.committed(0)).toBe(0);
    expect(await world.leases.holder(partitionLease('p', 'orders/0'))).toBeUndefined();
  });

  it('drains before it was ready', async () => {
    const world = await new World(1).open();
    const worker = world.start('a', () => {}, { startDelayMs: 60_000 });
    await world.clock.advance(1_000);
    worker.stop.abort();
    await world.clock.advance(10);
    await worker.done;
    expect((await world.registry.reports('p'))[0]!.phase).toBe('drained');
  });

  it('refuses options that make no sense, naming them', async () => {
    const world = await new World(1).open();
    await expect(world.start('', () => {}).done).rejects.toThrow('id: not empty');
    await expect(world.start('a', () => {}, { leaseTtlMs: Number.NaN }).done).rejects.toThrow(
      'leaseTtlMs: at least 100; got NaN',
    );
    await expect(world.start('a', () => {}, { partitions: ['orders/x' as never] }).done).rejects.toThrow(
      "partition 'orders/x'",
    );
  });
});
