import type { PartitionKey } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { Xoshiro128 } from '@foreshadow/domain';
import { expect, describe, it } from 'vitest';
import { LoadBook } from '../../src/load/load-book.ts';
import { OwnForecasts } from '../../src/load/own-forecasts.ts';
import { flatForecast, sampleOf } from '../helpers.ts';

const ORDERS: PartitionKey = 'orders/0';
const CLICKS: readonly PartitionKey[] = ['clicks/0', 'clicks/1'];
const LEARNED = 700;
const AFTER = 60;
const options = {
  tickMs: 1000,
  horizonsMs: [5000],
  fits: false,
  upstream: { orders: ['clicks'] },
} as const;

/** Clicks of two partitions, whose sum orders follow six ticks later. */
function loads(): (tick: number) => ReadonlyMap<PartitionKey, number> {
  const random = new Xoshiro128(7);
  const clicks = Array.from({ length: LEARNED + AFTER + 1 }, () => [80 * random.next(), 80 * random.next()]);
  const noise = clicks.map(() => 4 * random.next());
  return (tick) => {
    const [a = 0, b = 0] = clicks[tick] ?? [];
    const [before = 40, beside = 40] = clicks[tick - 6] ?? [];
    return new Map([
      ['clicks/0', a],
      ['clicks/1', b],
      [ORDERS, 50 + before + beside + (noise[tick] ?? 0)],
    ]);
  };
}

/** Groups of the upstream stream that forecasts of orders use. */
function used(engine: ForecastEngine): string[] {
  const groups = engine.explain(ORDERS).features[0]?.groups ?? [];
  return groups.filter((group) => group.isIn).map((group) => group.name);
}

/** @param offsets of the clock of the edge of each partition */
function run(dead: readonly PartitionKey[], offsets: ReadonlyMap<PartitionKey, number> = new Map()) {
  const loadAt = loads();
  const edge = new ForecastEngine(options);
  const mine = new ForecastEngine(options);
  const own = new OwnForecasts(mine, undefined, (partition, atMs) => book.upstreamBefore(partition, atMs));
  const partitions = [ORDERS, ...CLICKS];
  const { tickMs, horizonsMs, upstream } = options;
  const book: LoadBook = new LoadBook({ partitions, tickMs, horizonsMs, own, upstream });
  for (let tick = 1; tick <= LEARNED + AFTER; tick++) {
    const atMs = tick * 1000;
    const at = { wallMs: atMs + 20, monotonicMs: atMs + 20 };
    const load = loadAt(tick);
    for (const [partition, rate] of load) {
      edge.observe(partition, atMs, rate);
      if (tick > LEARNED && dead.includes(partition)) continue;
      book.onSamples(partition, [sampleOf(partition, atMs, rate)], at);
      book.onForecasts(partition, [flatForecast(partition, atMs, rate, 5)], at);
    }
    if (tick === LEARNED) {
      // Models are some ticks old when an edge is lost.
      for (const partition of partitions) {
        const clockOffsetMs = offsets.get(partition) ?? 0;
        const state = clockOffsetMs === 0 ? edge.saveState(partition) : movedState(partition, clockOffsetMs);
        book.onModel(partition, { nodeId: partition, epoch: 1, atMs, clockOffsetMs, state }, at);
      }
      for (const partition of dead) book.endSession(partition);
    }
    book.tick(load, new Map(), { wallMs: atMs + 100, monotonicMs: atMs + 100 });
  }
  return { edge, mine };

  /** The same model by a clock that is ahead. */
  function movedState(partition: PartitionKey, clockOffsetMs: number): Uint8Array {
    const moved = new ForecastEngine(options);
    for (let tick = 1; tick <= LEARNED; tick++) {
      for (const [p, rate] of loadAt(tick)) moved.observe(p, tick * 1000 + clockOffsetMs, rate);
    }
    return moved.saveState(partition);
  }
}

describe('what upstream streams say, where an edge is gone', () => {
  it.each([
    ['of all partitions', [ORDERS, ...CLICKS]],
    ['of that stream alone', [ORDERS]],
    ['of that stream and a part of the upstream one', [ORDERS, 'clicks/1']],
  ] as const)('stays known: %s', (_, dead) => {
    const { edge, mine } = run(dead);
    expect(used(edge)).toEqual(['clicks, 5 and 6 steps before']);
    expect(used(mine)).toEqual(used(edge));
    expect(mine.forecast(ORDERS)?.path).toEqual(edge.forecast(ORDERS)?.path);
  });

  it('adds up, though the edges’ clocks differ', () => {
    const offsets = new Map<PartitionKey, number>([
      [ORDERS, 5000],
      ['clicks/0', -3_600_000],
      ['clicks/1', 400],
    ]);
    const { edge, mine } = run([ORDERS, ...CLICKS], offsets);
    expect(used(mine)).toEqual(used(edge));
    expect(mine.forecast(ORDERS)?.path.mean).toEqual(edge.forecast(ORDERS)?.path.mean);
  });
});
