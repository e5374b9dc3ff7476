import { type PartitionKey, partitionKey, systemClock } from '@foreshadow/domain';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { openRedis, type Redis } from '@foreshadow/redis';
import { createClient } from 'redis';
import { withRedisServer } from '../redis-server.ts';
import type { Figure } from '../report.ts';
import { mean } from '../accuracy/scores.ts';
import { cpuSeconds } from '../measure.ts';
import { measuredInPairs, type Pair, pairedRatio } from '../paired.ts';
import { cpuMs, median } from '../turns.ts';
import { makeRecords } from './stream-log.ts';

const PARTITIONS = 8;
/** Appends under way at a time: what an ingest node has of concurrent requests. */
const CONCURRENT = 500;
const APPENDS = 10_000;
const SERIAL = 1000;
const PAIRS = 60;
const TICK_MS = 1000;
const READ_AT_ONCE = 100;
const ROUNDS = 7;
const HAND_OVERS = 300;
const LEASE_MS = 3000;
const FAIL_OVERS = 3;

const KEYS: readonly PartitionKey[] = Array.from({ length: PARTITIONS }, (_, i) => partitionKey('bench', i));

/** Appends, reads with commits, hand-over and fail-over on a Redis of its own; rivals take turns with ours. */
export async function redisSuite(): Promise<Figure[]> {
  const figures = await withRedisServer(async (url) => {
    const redis = await openRedis(url);
    const raw = await connectRaw(url);
    try {
      await redis.log.createStream('bench', PARTITIONS);
      const appended = await appends(redis, raw);
      return [
        ...appended,
        ...(await tapped(redis, appended.at(-1)!.value)),
        ...(await reads(redis, raw)),
        await handOver(redis),
        await failOver(redis),
      ];
    } finally {
      raw.destroy();
      await redis.close();
    }
  });
  return figures ?? [{ name: 'Redis', value: NaN, unit: '', note: 'no redis-server on the PATH' }];
}

type RawClient = Awaited<ReturnType<typeof connectRaw>>;

async function connectRaw(url: string) {
  const client = createClient({ url, RESP: 2 });
  client.on('error', () => undefined);
  return client.connect();
}

async function appends({ log }: Redis, raw: RawClient): Promise<Figure[]> {
  const [record] = makeRecords(1);
  const message = { t: String(record!.timestampMs), v: Buffer.from(record!.value), k: record!.key! };
  const append = (i: number): Promise<unknown> => log.append(new Map([[KEYS[i % PARTITIONS]!, [record!]]]));
  const rawAdd = (i: number): Promise<unknown> => raw.xAdd(`raw:${i % PARTITIONS}`, '*', message);
  const [serial, pipelined, ours] = await inTurns([
    () => microsEach(SERIAL, 1, rawAdd),
    () => microsEach(APPENDS, CONCURRENT, rawAdd),
    () => microsEach(APPENDS, CONCURRENT, append),
  ]);
  const unit = 'µs/record';
  const baseline = { name: 'XADD one by one', value: serial! };
  return [
    { name: 'XADD one by one', value: serial!, unit },
    { name: `XADD, client pipelines ${CONCURRENT}`, value: pipelined!, unit, baseline },
    {
      name: `append, ${CONCURRENT} at a time`,
      value: ours!,
      unit,
      baseline,
      target: { atMost: 0.2, of: 'ratio' },
    },
    {
      name: `append, ${CONCURRENT} at a time`,
      value: ours!,
      unit,
      baseline: { name: 'pipelined XADD', value: pipelined! },
      target: { atMost: 1.15, of: 'ratio' },
    },
  ];
}

/**
 * What tap and forecasts add to an append, by pairs of rounds of about a second, with one tick of all forecasts, as in
 * service. Differences of two rounds say little of a hundredth; what the same calls take without the appends says it.
 */
async function tapped({ log }: Redis, microsOfAppend: number): Promise<Figure[]> {
  const [record] = makeRecords(1);
  const edge = new ForeshadowEdge({
    nodeId: 'bench',
    streams: [{ name: 'bench', partitions: PARTITIONS }],
    forecast: { tickMs: TICK_MS, horizonsMs: [5000, 60_000, 300_000] },
  });
  const append = (i: number): Promise<unknown> => log.append(new Map([[KEYS[i % PARTITIONS]!, [record!]]]));
  let nowMs = systemClock.nowMs();
  const offered = (i: number): Promise<unknown> => {
    edge.offer('bench', i % PARTITIONS, record!.key, record!.value.length);
    if (i === 0) edge.tick((nowMs += TICK_MS));
    return append(i);
  };
  const count = Math.round((TICK_MS * 1000) / microsOfAppend);
  const round = (act: (i: number) => Promise<unknown>) => async (): Promise<number[]> => {
    await emptied(log);
    const beforeMs = cpuMs();
    const micros = await microsEach(count, CONCURRENT, act);
    return [micros, ((cpuMs() - beforeMs) * 1000) / count];
  };
  const pairs = await measuredInPairs(round(append), round(offered), PAIRS);
  const alone: number[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const seconds = await cpuSeconds(() => {
      edge.tick((nowMs += TICK_MS));
      for (let n = 0; n < count; n++) edge.offer('bench', n % PARTITIONS, record!.key, record!.value.length);
    });
    alone.push((1e6 * seconds) / count);
  }
  await edge.stop();
  const [time, cpu] = [0, 1] as const;
  const medianOf = (value: (pair: Pair) => number): number => median(pairs.map(value));
  const unit = 'µs/record';
  const baseline = { name: 'append', value: medianOf((p) => p.first[time]!) };
  const addedCpu = (p: Pair): number => p.second[cpu]! - p.first[cpu]!;
  return [
    {
      name: 'append with tap and forecasts',
      value: medianOf((p) => p.second[time]!),
      unit,
      baseline,
      paired: pairedRatio(pairs.map((p) => p.second[time]! / p.first[time]!)),
    },
    {
      name: 'tap and forecasts, by themselves',
      value: mean(alone),
      unit,
      baseline: { ...baseline, name: 'the time of an append' },
      target: { atMost: 0.02, of: 'ratio' },
    },
    {
      name: 'CPU that tap and forecasts add',
      value: medianOf(addedCpu),
      unit,
      baseline: { ...baseline, name: 'the time of an append' },
      paired: pairedRatio(pairs.map((p) => addedCpu(p) / p.first[time]!)),
    },
  ];
}

/** Long measurements would fill the memory. */
async function emptied(log: Redis['log']): Promise<void> {
  for (const partition of KEYS) {
    await log.commit(partition, 'bench', await log.endPosition(partition), 1);
    await log.trim(partition, 0);
  }
}

async function reads({ log }: Redis, raw: RawClient): Promise<Figure[]> {
  const [records, count] = [makeRecords(1000), 20_000];
  const [partition] = KEYS as [PartitionKey];
  const start = await log.endPosition(partition);
  await raw.xGroupCreate('raw:read', 'g', '0', { MKSTREAM: true });
  for (let i = 0; i < count; i += records.length) {
    await log.append(new Map([[partition, records]]));
    await Promise.all(
      records.map(({ key, value, timestampMs }) =>
        raw.xAdd('raw:read', '*', { t: String(timestampMs), v: Buffer.from(value), k: key! }),
      ),
    );
  }
  let token = 0;
  const [plain, ours] = await inTurns([
    async () => {
      await raw.xGroupSetId('raw:read', 'g', '0');
      return microsOf(count, async () => {
        for (let read = 0; read < count; ) read += await readRaw(raw);
      });
    },
    async () => {
      token += 1;
      const group = `g${token}`;
      return microsOf(count, async () => {
        for (let from = start; from < start + count; ) {
          from += (await log.read(partition, from, READ_AT_ONCE, 0)).length;
          await log.commit(partition, group, from, token);
        }
      });
    },
  ]);
  const baseline = { name: 'XREADGROUP + XACK', value: plain! };
  return [
    { name: `XREADGROUP + XACK, ${READ_AT_ONCE} at a time`, value: plain!, unit: 'µs/record' },
    { name: `read + commit, ${READ_AT_ONCE} at a time`, value: ours!, unit: 'µs/record', baseline },
  ];
}

async function readRaw(raw: RawClient): Promise<number> {
  const reply = await raw.xReadGroup('g', 'c', { key: 'raw:read', id: '>' }, { COUNT: READ_AT_ONCE });
  const [stream] = reply as unknown as { messages: { id: string }[] }[];
  const ids = stream!.messages.map(({ id }) => id);
  await raw.xAck('raw:read', 'g', ids);
  return ids.length;
}

/** From the release of a partition by one owner to the first record at another that waits for it. */
async function handOver({ log, leases }: Redis): Promise<Figure> {
  const [partition] = KEYS as [PartitionKey];
  const micros: number[] = [];
  let held = await leases.acquire('hand-over', 'owner 0', 60_000);
  for (let i = 1; i <= HAND_OVERS; i++) {
    const startedAt = performance.now();
    await leases.release(held!);
    do held = await leases.acquire('hand-over', `owner ${i}`, 60_000);
    while (held === undefined);
    const from = await log.claim(partition, 'hand-over', held.token);
    await log.read(partition, from, 1, 1000);
    micros.push((performance.now() - startedAt) * 1000);
  }
  micros.sort((a, b) => a - b);
  const value = micros[Math.floor(micros.length * 0.99)]! / 1000;
  return { name: 'hand-over of a partition, p99 of 300', value, unit: 'ms' };
}

/** From the last renewal of an owner that died to the lease at another, which tries six times a lease. */
async function failOver({ leases }: Redis): Promise<Figure> {
  const times: number[] = [];
  for (let i = 0; i < FAIL_OVERS; i++) {
    await leases.acquire(`fail-over ${i}`, 'dies', LEASE_MS);
    const startedAt = performance.now();
    while ((await leases.acquire(`fail-over ${i}`, 'succeeds', LEASE_MS)) === undefined) {
      await systemClock.sleep(LEASE_MS / 6);
    }
    times.push(performance.now() - startedAt);
  }
  const value = Math.max(...times) / 1000;
  return {
    name: `fail-over of a lease of ${LEASE_MS / 1000} s, longest of ${FAIL_OVERS}`,
    value,
    unit: 's',
    target: { atMost: 5, of: 'value' },
  };
}

/** Median of each job over some rounds, in which they take turns. */
async function inTurns(jobs: readonly (() => Promise<number>)[]): Promise<number[]> {
  const times = jobs.map((): number[] => []);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, job] of jobs.entries()) {
      const value = await job();
      if (round > 0) times[i]!.push(value);
    }
  }
  return times.map(median);
}

/** Microseconds an item, with so many under way at a time. */
async function microsEach(
  count: number,
  atOnce: number,
  act: (i: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  return microsOf(count, async () => {
    await Promise.all(Array.from({ length: atOnce }, lane));
  });
}

async function microsOf(count: number, job: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await job();
  return ((performance.now() - startedAt) * 1000) / count;
}
