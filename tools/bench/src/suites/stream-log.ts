import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartitionKey, type StreamRecord, systemClock } from '@foreshadow/domain';
import { openLocal } from '@foreshadow/local';
import { MemoryStreamLog, type StreamLog } from '@foreshadow/ports';
import { itemsPerSec } from '../measure.ts';
import type { Figure } from '../report.ts';

const PARTITION: PartitionKey = 'bench/0';
const RECORDS = 50_000;
const VALUE_BYTES = 200;
const BATCHES = [1, 100, 1000] as const;

/** Appends and reads of each log; memory is the baseline. */
export async function streamLogSuite(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const batch of BATCHES) {
    const memory = await measureLog(new MemoryStreamLog(systemClock), batch);
    const lmdb = await withLmdb((log) => measureLog(log, batch));
    const row = (what: 'append' | 'read', log: string, value: number): Figure => ({
      name: `${what} ${batch} at a time, ${log}`,
      value,
      unit: 'records/s',
      ...(log === 'memory' ? {} : { baseline: { name: 'memory', value: memory[what] } }),
    });
    figures.push(row('append', 'memory', memory.append), row('append', 'LMDB', lmdb.append));
    figures.push(row('read', 'memory', memory.read), row('read', 'LMDB', lmdb.read));
  }
  return figures;
}

export async function withLmdb<T>(work: (log: StreamLog) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'foreshadow-bench-'));
  const local = openLocal(dir);
  try {
    return await work(local.log);
  } finally {
    await local.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measureLog(log: StreamLog, batch: number): Promise<{ append: number; read: number }> {
  await log.createStream('bench', 1);
  const records = makeRecords(batch);
  const count = batch === 1 ? RECORDS / 5 : RECORDS;
  const append = await itemsPerSec(count, 3, async () => {
    for (let sent = 0; sent < count; sent += batch) await log.append(new Map([[PARTITION, records]]));
  });
  const read = await itemsPerSec(count, 3, async () => {
    for (let from = 0; from < count; ) from += (await log.read(PARTITION, from, batch, 0)).length;
  });
  return { append, read };
}

export function makeRecords(count: number): StreamRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `customer-${i % 1000}`,
    value: new Uint8Array(VALUE_BYTES).fill(i),
    timestampMs: 1_700_000_000_000 + i,
  }));
}
