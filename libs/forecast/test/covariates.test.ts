import type { AnnouncedEvent, PartitionKey } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { ForecastEngine, type ForecastEngineOptions, ForecastError } from '../src/index.ts';

const TICK_MS = 60_000;
const HORIZONS_MS = [5 * TICK_MS, 10 * TICK_MS];
const ORDERS: PartitionKey = 'orders/0';

/** Normal numbers from a seed (mulberry32, Box–Muller). */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function engineWith(options: Partial<ForecastEngineOptions> = {}): ForecastEngine {
  return new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS, fits: false, ...options });
}

/** Mean |error| at each horizon from tick `from` on, of rates that come one a tick. */
class Errors {
  readonly #issued: number[][] = [];
  readonly #sums = [0, 0];
  #count = 0;

  take(engine: ForecastEngine, t: number, y: number, isScored: boolean): void {
    if (isScored) {
      for (const [i, h] of HORIZONS_MS.entries()) {
        const of = this.#issued[t - h / TICK_MS]?.[i];
        if (of !== undefined) this.#sums[i]! += Math.abs(of - y);
      }
      this.#count++;
    }
    this.#issued[t] = engine.forecast(ORDERS)?.atHorizons.map((p) => p.mean) ?? [];
  }

  means(): number[] {
    return this.#sums.map((sum) => sum / this.#count);
  }
}

/** A sale of 20 ticks, every so often and never at the same distance. */
function sales(count: number): AnnouncedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const tick = 150 + 140 * i + ((i * 53) % 61);
    return {
      id: `sale-${i}`,
      kind: 'sale',
      fromMs: tick * TICK_MS,
      toMs: (tick + 20) * TICK_MS,
      magnitude: 1,
    };
  });
}

const isOn = (events: readonly AnnouncedEvent[], t: number): boolean =>
  events.some((e) => t * TICK_MS > e.fromMs && t * TICK_MS <= e.toMs);

describe('announced events', () => {
  const events = sales(12);

  /** @param told events that the engine is told of */
  function run(
    told: readonly AnnouncedEvent[],
    effect: number,
  ): { engine: ForecastEngine; errors: number[] } {
    const engine = engineWith();
    engine.announce('orders', told);
    const normal = normals(4);
    const errors = new Errors();
    let wander = 0;
    for (let t = 0; t < 1800; t++) {
      wander = 0.97 * wander + normal();
      const y = 100 + wander + (isOn(events, t) ? effect : 0);
      errors.take(engine, t, y, t >= 800);
      engine.observe(ORDERS, t * TICK_MS, y);
    }
    return { engine, errors: errors.means() };
  }

  it('are forecast once their kind is known, much better than without being told', () => {
    const told = run(events, 40);
    const untold = run([], 40);
    for (const [h, error] of told.errors.entries()) expect(error / untold.errors[h]!).toBeLessThan(0.75);
    const [level] = told.engine.explain(ORDERS).features;
    const during = level!.groups.find((group) => group.name === 'during sale');
    expect(during?.isIn).toBe(true);
    expect(level!.changes[0]).toMatchObject({ name: 'during sale', entered: true });
    expect(level!.changes[0]!.atMs).toBeLessThan(events[6]!.fromMs);
    expect(untold.engine.explain(ORDERS).features).toEqual([]);
  });

  it('that do nothing are not admitted, and do no harm', () => {
    const told = run(events, 0);
    const untold = run([], 0);
    expect(told.engine.explain(ORDERS).features[0]!.changes).toEqual([]);
    expect(told.errors).toEqual(untold.errors);
  });
});

describe('an upstream stream', () => {
  const CLICKS: PartitionKey = 'clicks/0';

  /** Orders follow clicks six ticks later by `effect`; clicks come before or after orders in each tick. */
  function run(effect: number, upstream: readonly string[], areClicksFirst = true) {
    const engine = engineWith({ upstream: { orders: upstream } });
    const normal = normals(6);
    const errors = new Errors();
    const clicks: number[] = [];
    const forecasts: number[] = [];
    let level = 0;
    for (let t = 0; t < 1500; t++) {
      level = 0.8 * level + normal();
      clicks.push(200 + 20 * level);
      const y = 50 + effect * ((clicks[t - 6] ?? 200) - 200) + normal();
      errors.take(engine, t, y, t >= 700);
      const seen = [
        () => engine.observe(CLICKS, t * TICK_MS, clicks[t]),
        () => engine.observe(ORDERS, t * TICK_MS, y),
      ];
      for (const see of areClicksFirst ? seen : seen.reverse()) see();
      forecasts.push(...(engine.forecast(ORDERS)?.path.mean ?? []));
    }
    return { engine, errors: errors.means(), forecasts };
  }

  it('that runs ahead makes forecasts better', () => {
    const told = run(0.2, ['clicks']);
    const untold = run(0.2, []);
    expect(told.errors[0]! / untold.errors[0]!).toBeLessThan(0.65);
    expect(told.errors[1]! / untold.errors[1]!).toBeLessThan(1);
    const known = told.engine.explain(ORDERS).features[0]!.groups.filter((group) => group.isIn);
    expect(known.map((group) => group.name)).toEqual(['clicks, 5 and 6 steps before']);
  });

  it('that has nothing to do with a stream is not admitted, and does no harm', () => {
    const told = run(0, ['clicks']);
    const untold = run(0, []);
    for (const [h, error] of told.errors.entries()) expect(error / untold.errors[h]!).toBeLessThan(1.01);
    expect(told.engine.explain(ORDERS).features[0]!.groups.some((group) => group.isIn)).toBe(false);
  });

  it('counts the same whether its ticks come before or after', () => {
    expect(run(0.2, ['clicks'], false).forecasts).toEqual(run(0.2, ['clicks']).forecasts);
  });

  it.each([[['orders']], [['a', 'b', 'c']], [['a', 'a']]])('is refused as %j', (names) => {
    expect(() => engineWith({ upstream: { orders: names } })).toThrow(ForecastError);
    expect(() => engineWith({ upstream: { orders: names } })).toThrow(
      "upstream of 'orders' must be at most 2",
    );
  });
});

describe('what is learned of features', () => {
  const events = [...sales(8), ...sales(8).map((e) => ({ ...e, id: `x-${e.id}`, kind: 'batch' }))];

  function engineAfter(ticks: number): ForecastEngine {
    const engine = engineWith({ upstream: { orders: ['clicks'] } });
    engine.announce('orders', events);
    for (let t = 0; t < ticks; t++) step(engine, t);
    return engine;
  }

  function step(engine: ForecastEngine, t: number): void {
    engine.observe('clicks/0', t * TICK_MS, 30 + ((t * 31) % 17));
    engine.observe(ORDERS, t * TICK_MS, 100 + ((t * 7919) % 13) + (isOn(events, t) ? 25 : 0));
  }

  it('goes on from a saved state as if nothing had happened', () => {
    const engine = engineAfter(703);
    const restored = engineWith({ upstream: { orders: ['clicks'] } });
    restored.announce('orders', events);
    restored.observe('clicks/0', 702 * TICK_MS, 30 + ((702 * 31) % 17));
    restored.loadState(ORDERS, engine.saveState(ORDERS));
    const { drift, ...learned } = engine.explain(ORDERS);
    // Of the changes of regime before a restart the last one of each level is kept.
    expect(restored.explain(ORDERS)).toEqual({ ...learned, drift: drift.slice(-1) });
    for (let t = 703; t < 900; t++) {
      for (const of of [engine, restored]) step(of, t);
      expect(restored.forecast(ORDERS)?.path).toEqual(engine.forecast(ORDERS)?.path);
    }
    expect(restored.saveState(ORDERS)).toEqual(engine.saveState(ORDERS));
  });

  it('is refused where it is damaged', () => {
    const engine = engineAfter(300);
    const state = engine.saveState(ORDERS);
    expect(() => engineWith().loadState(ORDERS, state.slice(0, -9))).toThrow(ForecastError);
  });

  it('can be gone on from where other streams are seen', () => {
    const engine = engineWith();
    engine.loadState(ORDERS, engineAfter(300).saveState(ORDERS));
    for (let t = 300; t < 320; t++) step(engine, t);
    expect(engine.forecast(ORDERS)?.path.mean.every(Number.isFinite)).toBe(true);
  });

  it('makes room for a kind of event that comes after three others are over', () => {
    const engine = engineWith();
    const kinds = ['a', 'b', 'c', 'd', 'e'];
    engine.announce(
      'orders',
      kinds.map((kind, i) => ({ ...sales(8)[i]!, kind })),
    );
    for (let t = 0; t < 600; t++) engine.observe(ORDERS, t * TICK_MS, 50 + (t % 7));
    const names = engine.explain(ORDERS).features[0]!.groups.map((group) => group.name);
    expect(names.filter((name) => name.startsWith('during'))).toEqual(['during d', 'during b', 'during c']);
  });

  it('gives the places of events that were withdrawn to others at once', () => {
    const engine = engineWith();
    const lasting = (kind: string): AnnouncedEvent => {
      return { id: kind, kind, fromMs: 10 * TICK_MS, toMs: 9000 * TICK_MS, magnitude: 1 };
    };
    engine.announce('orders', ['a', 'b', 'c'].map(lasting));
    for (let t = 0; t < 50; t++) engine.observe(ORDERS, t * TICK_MS, 50 + (t % 7));
    engine.announce('orders', ['a', 'd'].map(lasting));
    for (let t = 50; t < 60; t++) engine.observe(ORDERS, t * TICK_MS, 50 + (t % 7));
    const names = engine.explain(ORDERS).features[0]!.groups.map((group) => group.name);
    expect(names.filter((name) => name.startsWith('during'))).toEqual(['during a', 'during d', 'during c']);
  });
});

describe('what is learned of features under another configuration', () => {
  const upstreamGroups = (engine: ForecastEngine) =>
    engine.explain(ORDERS).features[0]!.groups.filter((group) => group.name.includes('steps before'));

  /** Orders follow clicks six ticks later. */
  function afterClicks(): ForecastEngine {
    const engine = engineWith({ upstream: { orders: ['clicks'] } });
    const normal = normals(6);
    const clicks: number[] = [];
    for (let t = 0; t < 900; t++) {
      clicks.push(200 + 20 * normal());
      engine.observe('clicks/0', t * TICK_MS, clicks[t]);
      engine.observe(ORDERS, t * TICK_MS, 50 + 0.2 * ((clicks[t - 6] ?? 200) - 200) + normal());
    }
    return engine;
  }

  it.each([[['views']], [['views', 'clicks']], [[]]])(
    'is unlearned of streams that are not upstream in %j',
    (names) => {
      const engine = afterClicks();
      expect(upstreamGroups(engine).some((group) => group.isIn)).toBe(true);
      const other = engineWith({ upstream: { orders: names } });
      other.loadState(ORDERS, engine.saveState(ORDERS));
      expect(upstreamGroups(other).filter((group) => group.isIn || group.steps > 0)).toEqual([]);
      expect(other.explain(ORDERS).features[0]!.changes).toEqual([]);
    },
  );

  it('stays of a stream that is upstream in both', () => {
    const engine = afterClicks();
    const other = engineWith({ upstream: { orders: ['clicks', 'views'] } });
    other.loadState(ORDERS, engine.saveState(ORDERS));
    expect(upstreamGroups(other).slice(0, 3)).toEqual(upstreamGroups(engine));
  });

  it('is unlearned of the calendar by the clocks of another zone, and of that alone', () => {
    const HOUR_MS = 3_600_000;
    const options = {
      tickMs: HOUR_MS,
      horizonsMs: [HOUR_MS],
      fits: false,
      upstream: { orders: ['clicks'] },
    } as const;
    const engine = new ForecastEngine({ ...options, zone: 'Europe/Berlin' });
    const normal = normals(8);
    const start = Date.parse('2026-01-05T00:00:00Z');
    const clicks: number[] = [];
    for (let t = 0; t < 24 * 28; t++) {
      const isWeekend = new Date(start + (t + 1) * HOUR_MS).getUTCDay() % 6 === 0;
      clicks.push(20 * normal());
      engine.observe('clicks/0', start + t * HOUR_MS, 100 + clicks[t]!);
      const y = 100 - (isWeekend ? 30 : 0) + (clicks[t - 4] ?? 0) + normal();
      engine.observe(ORDERS, start + t * HOUR_MS, y);
    }
    const groupsIn = (zone: string): readonly string[] => {
      const other = new ForecastEngine({ ...options, zone });
      other.loadState(ORDERS, engine.saveState(ORDERS));
      const { groups } = other.explain(ORDERS).features[0]!;
      return groups.filter((group) => group.isIn).map((group) => group.name);
    };
    const learned = groupsIn('Europe/Berlin');
    expect(learned).toContain('day of week');
    expect(learned).toContain('clicks, 3 and 4 steps before');
    const kept = groupsIn('America/New_York');
    expect(kept).toEqual(learned.filter((name) => name !== 'day of week' && name !== 'time of day'));
  });
});

describe('the calendar', () => {
  const HOUR_MS = 3_600_000;

  it('is learned by the clocks of the zone, where steps are long enough', () => {
    const engine = new ForecastEngine({ tickMs: HOUR_MS, horizonsMs: [HOUR_MS], zone: 'Europe/Berlin' });
    const normal = normals(8);
    const start = Date.parse('2026-01-05T00:00:00Z');
    for (let t = 0; t < 24 * 28; t++) {
      const isWeekend = new Date(start + (t + 1) * HOUR_MS).getUTCDay() % 6 === 0;
      engine.observe(ORDERS, start + t * HOUR_MS, 100 - (isWeekend ? 30 : 0) + normal());
    }
    const [level] = engine.explain(ORDERS).features;
    expect(level!.stepMs).toBe(HOUR_MS);
    expect(level!.groups.find((group) => group.name === 'day of week')?.isIn).toBe(true);
  });

  it('takes no memory where steps are short and nothing is announced', () => {
    const engine = engineWith({ tickMs: 1000, horizonsMs: [5000] });
    for (let t = 0; t < 50; t++) engine.observe(ORDERS, 1000 * t, t % 9);
    expect(engine.explain(ORDERS).features).toEqual([]);
  });
});
