import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@foreshadow/edge';
import { demoShape } from '@foreshadow/testkit';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CsvError } from '@foreshadow/csv';
import { costlyMixSource, MIX_CHANGES_AFTER_MS } from '../../src/workload/costly-mix.ts';
import { type Order, orderSource } from '../../src/workload/orders.ts';
import { RateTrace } from '../../src/workload/rate-trace.ts';
import { replaySource } from '../../src/workload/replay.ts';
import type { RecordSource } from '../../src/workload/source.ts';

const dir = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function file(text: string): string {
  const path = join(dir, `${++files}.csv`);
  writeFileSync(path, text);
  return path;
}

const ordersOf = (lines: readonly string[]): Order[] => lines.map((line) => JSON.parse(line) as Order);

function partitionCounts(source: RecordSource, partitions: number, fromMs: number, toMs: number): number[] {
  const counts = new Array<number>(partitions).fill(0);
  for (const line of source.due(fromMs, toMs, 0)) {
    const key = (JSON.parse(line) as Record<string, string>)[source.keyField]!;
    counts[partitionOf(key, partitions)]! += 1;
  }
  return counts;
}

describe('orders', () => {
  const options = { seed: 4, partitions: 8, meanRecordsPerSec: 300 };

  it('arrive at each partition as the shape says, by their keys alone', () => {
    const shape = demoShape(options);
    const expected = Array.from({ length: 8 }, (_, p) => shape.recordsIn(p, 0, 20_000));
    expect(partitionCounts(orderSource(options), 8, 0, 20_000)).toEqual(expected);
    expect(expected.indexOf(Math.max(...expected))).toBe(shape.hotPartition);
  });

  it('are real: sums are right, sizes vary between 150 and 2000 bytes, times and numbers run on', () => {
    const source = orderSource(options);
    const lines = [...source.due(0, 10_000, 111), ...source.due(10_000, 20_000, 222)];
    const orders = ordersOf(lines);
    for (const { items, total } of orders) {
      expect(total).toBe(items.reduce((sum, i) => sum + i.quantity * i.cents, 0));
    }
    expect(orders.map((o) => o.seq)).toEqual(orders.map((_, i) => i));
    expect(new Set(orders.map((o) => o.id)).size).toBe(orders.length);
    expect([orders[0]!.at, orders.at(-1)!.at]).toEqual([111, 222]);
    const sizes = lines.map((line) => Buffer.byteLength(line));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(150);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2000);
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length;
    expect(mean).toBeGreaterThan(350);
    expect(mean).toBeLessThan(550);
  });

  it('come from customers whose frequencies fall by Zipf’s law', () => {
    const counts = new Map<string, number>();
    for (const { customer } of ordersOf(orderSource({ ...options, partitions: 1 }).due(0, 60_000, 0))) {
      counts.set(customer, (counts.get(customer) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted[0]! / sorted[9]!).toBeGreaterThan(6);
    expect(sorted[0]! / sorted[9]!).toBeLessThan(16);
  });

  it('repeat with the seed', () => {
    expect(orderSource(options).due(0, 3_000, 5)).toEqual(orderSource(options).due(0, 3_000, 5));
    expect(orderSource({ ...options, seed: 5 }).due(0, 3_000, 5)).not.toEqual(
      orderSource(options).due(0, 3_000, 5),
    );
  });
});

describe('RateTrace', () => {
  const trace = new RateTrace(Float64Array.of(10, 30, Number.NaN, 20), 1000, 2);

  it('holds each row for its step and knows nothing of the next', () => {
    expect(trace.recordsIn(0, 1000)).toBe(20);
    expect(trace.recordsIn(500, 1000)).toBe(10);
    expect(trace.recordsIn(900, 1000)).toBe(2);
    expect(trace.recordsIn(1000, 1100)).toBe(6);
  });

  it('makes nothing where the series is missing or over', () => {
    expect(trace.recordsIn(2000, 3000)).toBe(0);
    expect(trace.recordsIn(3000, 9000)).toBe(40);
    expect(trace.recordsIn(4000, 9000)).toBe(0);
    expect(trace.durationMs).toBe(4000);
  });

  it('adds up, wherever it is cut', () => {
    const time = fc.double({ min: -100, max: 5000, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(time, time, time), (cuts) => {
        const [a, b, c] = cuts.sort((x, y) => x - y);
        expect(trace.recordsIn(a, b) + trace.recordsIn(b, c)).toBe(trace.recordsIn(a, c));
      }),
    );
  });
});

describe('replay of a series', () => {
  const rows = Array.from(
    { length: 48 },
    (_, i) => `2024-01-01 ${String(i >> 1).padStart(2, '0')}:${i & 1 ? '30' : '00'},${1000 + 500 * (i % 3)}`,
  );
  const path = file(`date,messages\n${rows.join('\n')}\n`);
  const base = { file: path, speed: 1800, partitions: 4, seed: 1 };

  it('shortens time by the speed and brings the mean to the rate asked for', () => {
    const source = replaySource({ ...base, meanRecordsPerSec: 90 });
    expect(source.durationMs).toBe(48_000);
    expect(source.scale).toBeCloseTo(90 / 1500, 12);
    expect(source.due(0, 48_000, 0)).toHaveLength(48 * 90);
    expect(source.due(0, 1_000, 0)).toHaveLength(60);
  });

  it('maps the mean to 150 records/s unless told, and takes a scale as it is', () => {
    expect(replaySource(base).scale).toBeCloseTo(0.1, 12);
    const scaled = replaySource({ ...base, scale: 0.02 });
    expect(scaled.due(0, 1_000, 0)).toHaveLength(20);
  });

  it('spreads over all partitions with one hot', () => {
    const counts = partitionCounts(replaySource(base), 4, 0, 48_000);
    const total = counts.reduce((a, b) => a + b, 0);
    expect(total).toBe(7200);
    expect(Math.min(...counts)).toBeGreaterThan(0.1 * total);
    expect(Math.max(...counts)).toBeGreaterThan(0.27 * total);
  });

  it('says what it took as missing and makes no records there', () => {
    const source = replaySource({
      ...base,
      file: file('minute,rate\n0,10\n1,-3\n2,\n5,10\n6,10\n'),
      speed: 60,
      scale: 1,
    });
    expect(source.warnings.join('; ')).toMatch(/negative.*without a value.*|2 steps/);
    expect(source.due(1_000, 5_000, 0)).toHaveLength(0);
    expect(source.due(0, 7_000, 0)).toHaveLength(30);
  });

  it('refuses a series of zeros and a malformed file', () => {
    expect(() => replaySource({ ...base, file: file('minute,rate\n0,0\n1,0\n') })).toThrow(
      /nothing to replay/,
    );
    expect(() => replaySource({ ...base, file: file('minute,rate\n0,1\n1,x\n') })).toThrow(CsvError);
  });
});

describe('replay of single events', () => {
  const times = [0, 130, 131, 900, 1700, 1701, 1702, 2500, 4000, 4001, 4600, 6000];
  const text = times.map(
    (t, i) => `${new Date(Date.UTC(2024, 0, 1) + t).toISOString()},${100 * i},${i === 3 ? '' : i}`,
  );
  const source = replaySource({
    file: file(`TIMESTAMP,ContextTokens,GeneratedTokens\r\n${text.join('\r\n')}\r\n`),
    speed: 2,
    partitions: 3,
    seed: 1,
  });

  it('makes one record an event, at its time, with its numbers', () => {
    expect(source.kind).toBe('events');
    expect(source.due(0, 60, 0)).toHaveLength(1);
    expect(source.due(60, 500, 0)).toHaveLength(3);
    const last = source.due(2_999, source.durationMs!, 77).map((l) => JSON.parse(l) as object);
    expect(last).toMatchObject([{ seq: 11, contextTokens: 1100, generatedTokens: 11, at: 77 }]);
    expect(source.due(source.durationMs!, 1e9, 0)).toHaveLength(0);
  });

  it('leaves out what is missing', () => {
    const [record] = source.due(400, 460, 0).map((l) => JSON.parse(l) as object);
    expect(record).toMatchObject({ seq: 3, contextTokens: 300 });
    expect(record).not.toHaveProperty('generatedTokens');
  });

  it('routes by customers', () => {
    const counts = partitionCounts(source, 3, 0, 1e6);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(12);
  });
});

describe('the costly mix', () => {
  const costsOf = (fromMs: number, toMs: number): number[] =>
    costlyMixSource({ seed: 3, partitions: 4, meanRecordsPerSec: 200 })
      .due(fromMs, toMs, 0)
      .map((line) => (JSON.parse(line) as { checks?: number }).checks ?? 1);

  it('has one record in ten cost twenty times as much after a while, at the same rate', () => {
    const before = costsOf(0, MIX_CHANGES_AFTER_MS);
    const after = costsOf(MIX_CHANGES_AFTER_MS, 2 * MIX_CHANGES_AFTER_MS);
    expect(before.every((cost) => cost === 1)).toBe(true);
    expect(after.length / before.length).toBeCloseTo(1, 1);
    expect(after.filter((cost) => cost === 20).length / after.length).toBeCloseTo(0.1, 1);
  });
});
