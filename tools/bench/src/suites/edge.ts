import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionKey, type PartitionKey, type StreamRecord, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { partitionOf, startEdge } from '@foreshadow/edge';
import { ForeshadowEdge, type StreamTap } from '@foreshadow/edge-sdk';
import { MemoryStreamLog, type StreamLog } from '@foreshadow/ports';
import { itemsPerSec } from '../measure.ts';
import type { Figure } from '../report.ts';
import { fitFigures, fleetCost } from '../forecast/bank.ts';
import { linkFigures } from './link.ts';
import { recordPathFigures } from '../sampler/record-path.ts';
import { withLmdb } from './stream-log.ts';

const STREAM = 'orders';
const PARTITIONS = 64;
const BATCH = 1024;
const VALUE_BYTES = 200;
const HTTP_BATCH = 1000;

/** The edge from one record to the wire. */
export async function edgeSuite(): Promise<Figure[]> {
  const fleet = await fleetCost('bank');
  const fleetLast = await fleetCost('last-value');
  return [
    ...recordPathFigures(['bernoulli']),
    ...(await appendFigures()),
    await httpFigure(),
    {
      name: 'forecasts of 1 000 partitions, all resolutions, a tick a second',
      value: 100 * fleet,
      unit: '% of a core',
      baseline: { name: 'last value', value: 100 * fleetLast },
    },
    ...(await fitFigures()),
    ...linkFigures(),
  ];
}

/** Offer and append on one core, 64 partitions, a tick with all forecasts each second of the run. */
async function appendFigures(): Promise<Figure[]> {
  const memoryAlone = await appendRate(new MemoryStreamLog(systemClock), 3_000_000, false);
  const memory = await appendRate(new MemoryStreamLog(systemClock), 3_000_000, true);
  const lmdbAlone = await withLmdb((log) => appendRate(log, 300_000, false));
  const lmdb = await withLmdb((log) => appendRate(log, 300_000, true));
  return [
    { name: 'append alone, memory', value: memoryAlone, unit: 'records/s' },
    {
      name: 'offer + append, all forecasts on, memory',
      value: memory,
      unit: 'records/s',
      baseline: { name: 'append alone', value: memoryAlone },
    },
    { name: 'append alone, LMDB', value: lmdbAlone, unit: 'records/s' },
    {
      name: 'offer + append, all forecasts on, LMDB',
      value: lmdb,
      unit: 'records/s',
      baseline: { name: 'append alone', value: lmdbAlone },
    },
  ];
}

async function appendRate(log: StreamLog, count: number, shadowed: boolean): Promise<number> {
  await log.createStream(STREAM, PARTITIONS);
  const edge = new ForeshadowEdge({
    nodeId: 'bench',
    streams: [{ name: STREAM, partitions: PARTITIONS }],
    forecast: { tickMs: 1000, horizonsMs: [5000, 60_000, 300_000] },
  });
  const batches = makeBatches();
  if (shadowed) edge.start();
  try {
    return await itemsPerSec(count, 2, async () => {
      const tap = shadowed ? edge.tap(STREAM) : undefined;
      for (let sent = 0, b = 0; sent < count; sent += BATCH, b = (b + 1) % batches.length) {
        const batch = batches[b]!;
        if (tap !== undefined) for (const entry of batch) offerAll(tap, entry);
        await log.append(batch);
        // Ticks run on timers: leave them a turn now and then, as a server's event loop does.
        if (b === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });
  } finally {
    await edge.stop();
  }
}

function offerAll(
  tap: StreamTap,
  [partition, records]: readonly [PartitionKey, readonly StreamRecord[]],
): void {
  const index = Number(partition.slice(STREAM.length + 1));
  for (const record of records) tap.offer(index, record.key, record.value.byteLength);
}

/** Sixty-four batches of 1024 records, keyed and routed as the edge does it. */
function makeBatches(): Map<PartitionKey, StreamRecord[]>[] {
  const value = new Uint8Array(VALUE_BYTES);
  return Array.from({ length: 64 }, (_, b) => {
    const batch = new Map<PartitionKey, StreamRecord[]>();
    for (let i = 0; i < BATCH; i++) {
      const key = `customer-${(b * BATCH + i) % 5000}`;
      const partition = partitionKey(STREAM, partitionOf(key, PARTITIONS));
      const records = batch.get(partition) ?? [];
      records.push({ key, value, timestampMs: 1_700_000_000_000 });
      batch.set(partition, records);
    }
    return batch;
  });
}

/** NDJSON over loopback HTTP into LMDB, tap and forecasts on; client and server share the process. */
async function httpFigure(): Promise<Figure> {
  const dir = mkdtempSync(join(tmpdir(), 'foreshadow-bench-'));
  const config = parseConfig({
    streams: [{ name: STREAM, partitions: PARTITIONS }],
    edge: { port: 0 },
    storage: { path: join(dir, 'store') },
  });
  const edge = await startEdge(config);
  try {
    const body = Array.from({ length: HTTP_BATCH }, (_, i) =>
      JSON.stringify({ customer: `customer-${i}`, note: 'x'.repeat(VALUE_BYTES - 40) }),
    ).join('\n');
    const url = `${edge.url}/v1/streams/${STREAM}/records?key=customer`;
    const value = await itemsPerSec(100 * HTTP_BATCH, 2, async () => {
      for (let i = 0; i < 100; i++) await (await fetch(url, { method: 'POST', body })).arrayBuffer();
    });
    return { name: 'HTTP NDJSON into LMDB, 1 000 a request, client included', value, unit: 'records/s' };
  } finally {
    await edge.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
