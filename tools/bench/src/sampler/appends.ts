import { type PartitionKey, partitionKey, type StreamRecord, systemClock } from '@foreshadow/domain';
import { MemoryStreamLog, type StreamLog } from '@foreshadow/ports';
import { ShadowTap } from '@foreshadow/shadow';
import type { Figure } from '../report.ts';
import { makeRecords as makeStreamRecords, withLmdb } from '../suites/stream-log.ts';
import { median } from '../turns.ts';

const PARTITIONS = 8;
const BATCH = 1024;
const PAIRS = 15;

/** Appends with and without the tap, in pairs of runs whose order alternates; figures are medians over the pairs. */
export async function appendFigures(): Promise<Figure[]> {
  const memory = await pairs(new MemoryStreamLog(systemClock), 40 * BATCH);
  const lmdb = await withLmdb((log) => pairs(log, 20 * BATCH));
  return [...figuresOf('memory', memory), ...figuresOf('LMDB', lmdb)];
}

interface Pair {
  readonly bareNs: number;
  readonly addedNs: number;
}

function figuresOf(log: string, all: readonly Pair[]): Figure[] {
  const bare = median(all.map(({ bareNs }) => bareNs));
  const added = median(all.map(({ addedNs }) => addedNs));
  return [
    { name: `append, ${log}`, value: bare, unit: 'ns/record' },
    {
      name: `what the tap adds to it, ${log}`,
      value: added,
      unit: 'ns/record',
      baseline: { name: 'the append', value: bare },
    },
  ];
}

async function pairs(log: StreamLog, count: number): Promise<Pair[]> {
  await log.createStream('bench', PARTITIONS);
  const records = makeStreamRecords(BATCH);
  const part = records.slice(0, BATCH / PARTITIONS);
  const batch = new Map<PartitionKey, readonly StreamRecord[]>(
    Array.from({ length: PARTITIONS }, (_, p) => [partitionKey('bench', p), part]),
  );
  const sampler = { kind: 'bernoulli', rate: 0.01, seed: 1 } as const;
  const tap = new ShadowTap({ stream: 'bench', partitions: PARTITIONS, sampler, distinctKeys: false });
  const run = async (shadow: ShadowTap | undefined): Promise<number> => {
    const startedAt = performance.now();
    for (let sent = 0; sent < count; sent += BATCH) {
      if (shadow !== undefined) {
        for (let p = 0; p < PARTITIONS; p++) {
          for (let i = 0; i < part.length; i++) shadow.offerRecord(p, part[i]!);
        }
      }
      await log.append(batch);
    }
    shadow?.tick(0, 1000);
    return ((performance.now() - startedAt) * 1e6) / count;
  };
  await run(undefined);
  await run(tap);
  const all: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const first = pair % 2 === 0 ? undefined : tap;
    const [a, b] = [await run(first), await run(first === undefined ? tap : undefined)];
    const [bareNs, tappedNs] = first === undefined ? [a, b] : [b, a];
    all.push({ bareNs, addedNs: tappedNs - bareNs });
  }
  return all;
}
