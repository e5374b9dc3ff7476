import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartitionKey, type StreamRecord, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { openLocal } from '@foreshadow/local';
import { MemoryStreamLog, type StreamLog } from '@foreshadow/ports';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEdge } from '../src/index.ts';

const open: (() => Promise<unknown>)[] = [];
const TICK_MS = 200;
const PER_BATCH = 250;

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function local(): Promise<StreamLog> {
  const path = await mkdtemp(join(tmpdir(), 'foreshadow-log-side-'));
  open.push(() => rm(path, { recursive: true }));
  const storage = openLocal(join(path, 'store'));
  open.push(() => storage.close());
  return storage.log;
}

describe.each([
  ['in memory', async () => new MemoryStreamLog(systemClock)],
  ['on LMDB', local],
])('an edge that follows the log, %s', (_, makeLog) => {
  it('knows the load of producers that do not pass it, exactly, and forecasts it', async () => {
    const log = await makeLog();
    const config = parseConfig({
      streams: [{ name: 'orders', partitions: 2, tap: 'log' }],
      edge: { port: 0, actuatorUrl: 'ws://127.0.0.1:9/v1/link' },
      forecast: { tickMs: TICK_MS, horizonsMs: [1000] },
    });
    const edge = await startEdge(config, { log });
    open.push(() => edge.close());
    const seen = [0, 0];
    let knownTicks = 0;
    edge.sdk.onTick(({ samples }) => {
      samples.forEach(({ recordsPerSec, windowMs }, p) => {
        if (recordsPerSec === undefined) return;
        expect(recordsPerSec.standardError).toBe(0);
        seen[p]! += (recordsPerSec.value * windowMs) / 1000;
        knownTicks += 1;
      });
    });
    // What came before the first answer is nobody's tick.
    await vi.waitFor(() => expect(knownTicks).toBeGreaterThan(1), { timeout: 10_000 });
    const record: StreamRecord = { key: undefined, value: new Uint8Array(120), timestampMs: 0 };
    const batch = new Map<PartitionKey, StreamRecord[]>([
      ['orders/0', new Array<StreamRecord>(PER_BATCH).fill(record)],
      ['orders/1', new Array<StreamRecord>(PER_BATCH / 5).fill(record)],
    ]);
    const before = [...seen];
    let bytes: number | undefined;
    for (let i = 0; i < 10; i++) {
      await log.append(batch);
      await systemClock.sleep(TICK_MS / 2);
      const [sample] = edge.sdk.samples();
      if ((sample?.recordsPerSec?.value ?? 0) > 0)
        bytes ??= sample!.bytesPerSec!.value / sample!.recordsPerSec!.value;
    }
    await vi.waitFor(
      () => expect(seen.map((n, p) => Math.round(n - before[p]!))).toEqual([10 * PER_BATCH, 2 * PER_BATCH]),
      { timeout: 10_000 },
    );
    expect(bytes).toBeCloseTo(120, 6);
    expect(edge.sdk.forecast('orders/0')?.path.mean.length).toBeGreaterThan(0);
    expect(edge.sdk.stats().failures).toBe(0);
  }, 30_000);
});
