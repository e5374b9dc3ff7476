import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartitionKey, partitionKey, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { startEdge } from '@foreshadow/edge';
import { MemoryLeases, MemoryStateStore, MemoryStreamLog, StateWorkerRegistry } from '@foreshadow/ports';
import { demoShape } from '@foreshadow/testkit';
import { runWorker } from '@foreshadow/worker-sdk';
import { afterAll, expect, it } from 'vitest';
import { createHandler } from '../../src/workload/handler.ts';
import { auditLedger } from '../../src/workload/ledger.ts';
import { orderSource } from '../../src/workload/orders.ts';
import { runProducer } from '../../src/workload/producer.ts';
import type { RecordSource } from '../../src/workload/source.ts';

const dir = mkdtempSync(join(tmpdir(), 'workload-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('orders go through a real edge to the partitions meant for them, and every one is handled', async () => {
  const partitions = 4;
  const keys = Array.from({ length: partitions }, (_, i): PartitionKey => partitionKey('orders', i));
  const log = new MemoryStreamLog(systemClock);
  const config = parseConfig({ streams: [{ name: 'orders', partitions }], edge: { port: 0 } });
  const edge = await startEdge(config, { log });
  const drain = new AbortController();
  const working = runWorker({
    id: 'w',
    pool: 'orders-workers',
    group: 'workers',
    partitions: keys,
    log,
    leases: new MemoryLeases(systemClock),
    registry: new StateWorkerRegistry(new MemoryStateStore(systemClock)),
    clock: systemClock,
    handler: createHandler(dir),
    signal: drain.signal,
  });

  const shape = { seed: 1, partitions, meanRecordsPerSec: 200 };
  const source: RecordSource = { ...orderSource(shape), durationMs: 2_000 };
  const produced = await runProducer({
    edgeUrls: [edge.url],
    stream: 'orders',
    source,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const ends = new Map<PartitionKey, number>();
  for (const key of keys) ends.set(key, await log.endPosition(key));
  while ((await Promise.all(keys.map((key) => log.lag(key, 'workers')))).some((l) => l.records > 0)) {
    await systemClock.sleep(50);
  }
  drain.abort();
  await working;
  await edge.close();

  expect(produced.unsentRecords).toBe(0);
  const expected = keys.map((_, p) => demoShape(shape).recordsIn(p, 0, 2_000));
  const total = expected.reduce((a, b) => a + b, 0);
  expect([...ends.values()]).toEqual(expected);
  expect(auditLedger(join(dir, 'orders'), ends, produced.acked)).toEqual({
    recordsIn: total,
    recordsProcessed: total,
    lost: 0,
    duplicates: 0,
  });
}, 30_000);
